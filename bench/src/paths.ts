/** The methods that are called. */
export const PATHS = {
  getUser: "/example.UserService/GetUser",
  listUsers: "/example.UserService/ListUsers",
  createUsers: "/example.UserService/CreateUsers",
  chat: "/example.UserService/Chat",
  echo: "/bench.PayloadService/Echo",
  echoText: "/bench.PayloadService/EchoText",
  download: "/bench.PayloadService/Download",
  upload: "/bench.PayloadService/Upload",
  rawEcho: "/bench.Raw/Echo",
} as const;
