import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

test("a server starts without the parts of Node that it has no use for", () => {
  const program = `
    import { serve } from "@railhead/adapter-node";
    import { GrpcService } from "@railhead/core/raw";
    const server = await serve(new GrpcService(), { port: 0 });
    console.log(JSON.stringify(process.moduleLoadList));
    await server.close();
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  const modules: string[] = JSON.parse(output);
  expect(modules).toContain("NativeModule _http_server");
  // fetch and WebSocket: half as long again to load as all the rest.
  expect(modules.filter((name) => name.includes("undici"))).toEqual([]);
});
