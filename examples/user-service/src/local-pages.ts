/** Origins of web pages that are served on one's own machine: whom the examples let call them from a browser. */
export const LOCAL_PAGES: RegExp = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
