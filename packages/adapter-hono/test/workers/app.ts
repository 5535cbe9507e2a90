import { createApp } from "../support/app.ts";

export default createApp();
