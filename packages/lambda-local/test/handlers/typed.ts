import type { IncomingMessage } from "node:http";
import { greeting } from "./typed-part.ts";

interface Event {
  readonly name: string;
  readonly request?: IncomingMessage;
}

export async function handler(event: Event): Promise<string> {
  return greeting(event.name);
}

export const main: (event: Event) => Promise<string> = async (event) => `main ${event.name}`;
