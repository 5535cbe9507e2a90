import { expect, test } from "vitest";
import { describeWithRuntime, start } from "./support/runtime.ts";

describeWithRuntime("a Function URL", () => {
  test("streams what the function streams", async () => {
    await using lambda = await start("stream.mjs");
    const response = await fetch(`${lambda.url}/a/b`);
    expect(response.status).toBe(201);
    expect(response.headers.get("x-echo")).toBe("/a/b");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("one two");
  });

  test("makes JSON of what the function returns", async () => {
    await using lambda = await start("echo.mjs");
    const response = await fetch(`${lambda.url}/a?x=1&x=2`, { method: "POST", body: "hi" });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({ rawPath: "/a", rawQueryString: "x=1&x=2", body: "hi" });
  });
});
