// Starting other programs: quietly, unless they fail, or in the foreground, as if they had been started directly.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const forwardedSignals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Runs a program and collects what it prints, stdout and stderr together. No stdin. Never rejects: a program that
 * cannot be started answers code 127, one killed by a signal 128 + the signal's number, as in a shell.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function capture(command, args, options = {}) {
  const { timeoutMs, ...rest } = options;
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, args, { ...rest, ...shellOnWindows, stdio: ["ignore", "pipe", "pipe"] });
    const stopForwarding = forwardSignals(child);
    const timer =
      timeoutMs && setTimeout(() => stop(`\ntook longer than ${timeoutMs / 1000} s\n`), timeoutMs);
    const done = (code) => {
      clearTimeout(timer);
      stopForwarding();
      resolve({ code, output: Buffer.concat(chunks).toString() });
    };
    function stop(reason) {
      chunks.push(Buffer.from(reason));
      child.kill("SIGKILL");
      // Its own children may hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
    }
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      done(127);
    });
    child.on("close", (code, signal) => done(exitCode(code, signal)));
  });
}

/**
 * Like capture(), and ends this process with the program's output and exit code when it fails.
 *
 * @param {string} what names the step in the message of failure
 * @param {Parameters<typeof capture>} call
 */
export async function mustSucceed(what, ...call) {
  const { code, output } = await capture(...call);
  if (code === 0) return;
  process.stderr.write(`${output}\n${what} failed (exit code ${code})\n`);
  process.exit(code);
}

/**
 * Runs a program in the foreground: it has our stdin, stdout and stderr, and receives our signals.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code
 */
export function foreground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    const stopForwarding = forwardSignals(child);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      stopForwarding();
      resolve(exitCode(code, signal));
    });
  });
}

/** npm's commands are .cmd files there, which only a shell can start. */
const shellOnWindows = { shell: process.platform === "win32" };

/** @param {import("node:child_process").ChildProcess} child */
function forwardSignals(child) {
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the whole group: the child has its own already, and a second one means "now".
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of forwardedSignals) process.on(signal, forward);
  return () => {
    for (const signal of forwardedSignals) process.off(signal, forward);
  };
}

function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
