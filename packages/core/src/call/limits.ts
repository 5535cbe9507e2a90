/**
 * Options that are numbers, with the defaults of those that are not set.
 *
 * @throws RangeError, naming the option
 */
export function checkedLimits<Name extends string>(
  options: { readonly [N in NoInfer<Name>]?: number | undefined },
  defaults: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const limits: Record<Name, number> = { ...defaults };
  for (const name in defaults) {
    const value: unknown = options[name] ?? defaults[name];
    if (!(typeof value === "number" && value >= 0)) {
      throw new RangeError(`${name} must be a number that is not negative, not ${String(value)}`);
    }
    limits[name] = value;
  }
  return limits;
}
