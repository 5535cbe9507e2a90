/** Answers with its event. */
export const handler = async (event) => event;
