/**
 * Runs in the function's process, in the place of a handler written in TypeScript: the runtime client looks for .js,
 * .mjs and .cjs only. It searches the default export for what a module does not export itself.
 */
const module: unknown = await import(process.env.RAILHEAD_HANDLER_URL ?? "");
export default module;
