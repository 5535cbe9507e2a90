import { spawn } from "node:child_process";

/** Does what its event says, as functions should not. */
const ways = {
  throw: (message = "thrown by the function") => {
    throw new RangeError(message);
  },
  "print no end of line": () => {
    process.stdout.write("x".repeat(300 * 1024));
  },
  exit: () => process.exit(7),
  "exit without a reason": () => process.exit(0),
  "kill itself": () => process.kill(process.pid, "SIGKILL"),
  "never answer": () => new Promise((resolve) => setTimeout(resolve, 1e6)),
  "loop for ever": () => {
    for (;;);
  },
  "reject unseen": async () => {
    void Promise.reject(new Error("nobody looks"));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
  "start a program": () => {
    console.log("program", spawn(process.execPath, ["-e", "setTimeout(() => {}, 1e6)"]).pid);
    return new Promise((resolve) => setTimeout(resolve, 1e6));
  },
  pid: () => process.pid,
};

export async function handler({ way, message }) {
  return await ways[way](message);
}
