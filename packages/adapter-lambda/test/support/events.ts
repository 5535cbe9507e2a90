import { frame, toBase64 } from "@railhead/contract";

/** A call of gRPC-Web with an empty message. */
const BODY = { body: toBase64(frame(new Uint8Array(0))), isBase64Encoded: true };
const PATH = "/contract.Raw/Echo";
const TYPE = "application/grpc-web+proto";

/** Events in the form of the samples in AWS's documentation, each for the same call. */

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const FUNCTION_URL = {
  version: "2.0",
  routeKey: "$default",
  rawPath: PATH,
  rawQueryString: "parameter1=value1&parameter1=value2&parameter2=value",
  cookies: ["cookie1=one", "cookie2=two"],
  headers: { "content-type": TYPE, header2: "value1,value2" },
  queryStringParameters: { parameter1: "value1,value2", parameter2: "value" },
  requestContext: {
    accountId: "123456789012",
    apiId: "<urlid>",
    authentication: null,
    authorizer: { iam: { accessKey: "AKIA...", callerId: "AIDA..." } },
    domainName: "<url-id>.lambda-url.us-west-2.on.aws",
    domainPrefix: "<url-id>",
    http: {
      method: "POST",
      path: PATH,
      protocol: "HTTP/1.1",
      sourceIp: "123.123.123.123",
      userAgent: "agent",
    },
    requestId: "id",
    routeKey: "$default",
    stage: "$default",
    time: "12/Mar/2020:19:03:58 +0000",
    timeEpoch: 1583348638390,
  },
  ...BODY,
  pathParameters: null,
  stageVariables: null,
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export const HTTP_API = {
  ...FUNCTION_URL,
  routeKey: "POST /rpc/{proxy+}",
  rawPath: `/rpc${PATH}`,
  pathParameters: { proxy: PATH.slice(1) },
  requestContext: {
    ...FUNCTION_URL.requestContext,
    apiId: "api-id",
    domainName: "id.execute-api.us-east-1.amazonaws.com",
    domainPrefix: "id",
  },
};

/** The same, on a stage of its own. */
export const HTTP_API_STAGE = {
  ...HTTP_API,
  routeKey: "$default",
  rawPath: `/prod${PATH}`,
  pathParameters: null,
  requestContext: { ...HTTP_API.requestContext, stage: "prod" },
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
export const REST_API = {
  resource: "/{proxy+}",
  path: PATH,
  httpMethod: "POST",
  headers: { "Content-Type": TYPE, Header2: "value2" },
  multiValueHeaders: { "Content-Type": [TYPE], Header2: ["value1", "value2"], COOKIE: ["a=1; b=2"] },
  queryStringParameters: { parameter1: "value2", parameter2: "va lue" },
  multiValueQueryStringParameters: { parameter1: ["value1", "value2"], parameter2: ["va lue"] },
  requestContext: {
    accountId: "123456789012",
    apiId: "id",
    authorizer: { claims: null, scopes: null },
    domainName: "id.execute-api.us-east-1.amazonaws.com",
    httpMethod: "POST",
    identity: { accessKey: null, sourceIp: "192.0.2.1", userAgent: "user-agent" },
    path: `/prod${PATH}`,
    protocol: "HTTP/1.1",
    requestId: "id",
    stage: "prod",
  },
  pathParameters: { proxy: PATH.slice(1) },
  stageVariables: null,
  ...BODY,
};

/** The same page as {@link HTTP_API}, payload format 1.0. */
export const HTTP_API_V1 = { version: "1.0", ...REST_API };

/** The same, on a stage of its own and by a route without parameters. */
export const HTTP_API_V1_STAGE = { ...HTTP_API_V1, path: `/prod${PATH}`, pathParameters: null };

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
export const ALB = {
  requestContext: {
    elb: {
      targetGroupArn:
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/my-target-group/6d0ecf831eec9f09",
    },
  },
  httpMethod: "POST",
  path: PATH,
  queryStringParameters: { parameter1: "value%202" },
  headers: {
    "content-type": TYPE,
    host: "lambda.elb.amazonaws.com",
    "x-forwarded-for": "10.0.0.1, 72.21.198.66",
  },
  ...BODY,
};

export const ALB_MULTI_VALUE = {
  ...ALB,
  queryStringParameters: undefined,
  headers: undefined,
  multiValueQueryStringParameters: { parameter1: ["value1", "value%202"] },
  multiValueHeaders: {
    "content-type": [TYPE],
    header2: ["value1", "value2"],
    "x-forwarded-for": ["72.21.198.66"],
  },
};

/** The least that a direct invocation may send. */
export const INVOKE = { rawPath: PATH, headers: { "content-type": TYPE }, ...BODY };
