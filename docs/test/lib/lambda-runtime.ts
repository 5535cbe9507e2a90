import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GuideModule } from "./guide.ts";
import { root } from "./workshop.ts";

const client = join(root, "packages/lambda-local/node_modules/aws-lambda-ric/rapid-client.node");
const isThere = existsSync(client);

/** Whether a page's code would run a Lambda function, and AWS's runtime client is not here. Throws where it must be. */
export function lacksRuntime({ source, file }: GuideModule): boolean {
  if (isThere || !source.includes('"@railhead/lambda-local"')) return false;
  if (process.env.CI) throw new Error(`There is no ${client}, which ${file} of a page needs`);
  console.error(`${file} of a page is left out: AWS's runtime client is not compiled here`);
  return true;
}
