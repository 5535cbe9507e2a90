import { connect } from "./client.ts";
import { isWorkloadName, WORKLOADS } from "./workloads.ts";

/**
 * The load where h2load is not used: keeps every slot of a workload busy and reports the messages of the calls
 * that ended within the measured time. Arguments: workload, port, seconds.
 */

const [name, port, seconds] = process.argv.slice(2);
if (!isWorkloadName(name)) throw new Error(`no such workload: ${name}`);
const workload = WORKLOADS[name];

let messages = 0;
const endAt = performance.now() + Number(seconds) * 1000;
await Promise.all(
  Array.from({ length: workload.connections }, async () => {
    const client = connect(workload, Number(port));
    const slots = Array.from({ length: workload.streams }, async () => {
      while (performance.now() < endAt) {
        const reply = await client.call();
        if (reply.status !== "0") throw new Error(`a call ended with status "${reply.status}"`);
        if (performance.now() < endAt) messages += reply.messages.length / workload.exchange.response.length;
      }
    });
    await Promise.all(slots);
    client.close();
  }),
);
process.stdout.write(String(messages / Number(seconds)));
