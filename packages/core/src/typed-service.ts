import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { Method } from "./call/method.ts";
import type { CallContext } from "./context.ts";
import type { GrpcHandler, GrpcStreamHandler } from "./handler.ts";
import { HandlerRegistry } from "./registry.ts";
import { type RegisterServiceOptions, typedMethod } from "./typed-method.ts";

/** A method of a typed service, by its descriptor: decoded messages in, what `create()` accepts out. */
export type MethodImplementation<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, context: CallContext) => MessageInitShape<O> | Promise<MessageInitShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, context: CallContext) => AsyncIterable<MessageInitShape<O>>
      : M extends DescMethodClientStreaming<infer I, infer O>
        ? (
            requests: AsyncIterable<MessageShape<I>>,
            context: CallContext,
          ) => MessageInitShape<O> | Promise<MessageInitShape<O>>
        : M extends DescMethodBiDiStreaming<infer I, infer O>
          ? (
              requests: AsyncIterable<MessageShape<I>>,
              context: CallContext,
            ) => AsyncIterable<MessageInitShape<O>>
          : never;

/** An implementation of a service: any of its methods, by their names in generated code. */
export type ServiceImplementation<S extends DescService> = {
  [Name in keyof S["method"]]?: MethodImplementation<S["method"][Name]>;
};

/**
 * The registry of a server: handlers by service name, raw ones and typed ones side by side. They can come and go
 * while the server runs.
 */
export class GrpcService extends HandlerRegistry<GrpcHandler | GrpcStreamHandler | object> {
  /**
   * Registers an implementation of a service that `protoc-gen-es` described. Methods it lacks answer UNIMPLEMENTED.
   *
   * @throws TypeError when a method's property is no function or has the method's name on the wire, and for a class in
   *   place of an instance
   * @throws Error when the service is registered already
   */
  registerService<S extends DescService>(
    descriptor: S,
    implementation: ServiceImplementation<S>,
    options?: RegisterServiceOptions,
  ): this {
    const methods = new Map<string, Method>();
    for (const method of descriptor.methods) {
      const { name, localName } = method;
      const implemented: unknown = Reflect.get(implementation, localName);
      if (typeof implemented === "function") {
        methods.set(name, typedMethod(method, implemented.bind(implementation), options));
      } else if (implemented !== undefined || isMeant(implementation, name, localName)) {
        throw new TypeError(`${descriptor.typeName}: ${localName} must be a method of an object`);
      }
    }
    return this.register(descriptor.typeName, {
      handler: implementation,
      find: (methodName) => methods.get(methodName) ?? null,
    });
  }
}

/** Whether the method is there after all: under its name on the wire, or in a class that is given for an instance. */
function isMeant(implementation: object, name: string, localName: string): boolean {
  const instance: unknown = Reflect.get(implementation, "prototype");
  return (name in implementation && !(name in {})) || localName in Object(instance);
}
