/** An exact decimal number: an integer and how many of its digits are after the point. It keeps the digits it came with: "12.30" stays "12.30". */
export class Decimal {
  readonly #coefficient: bigint;
  readonly #scale: number;

  /** Digits with an optional sign and one point ("-12.30"), or a whole number. A fraction as a number is refused: it is not exact. */
  constructor(value: string | number | bigint | Decimal) {
    if (value instanceof Decimal) {
      this.#coefficient = value.#coefficient;
      this.#scale = value.#scale;
      return;
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      throw new TypeError('Decimal: a number must be whole and at most 2^53; give other values as text, like "12.30"');
    }
    const text = String(value);
    const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? /^([+-]?)()\.(\d+)$/.exec(text);
    if (!match) throw new TypeError('Decimal: must be digits like "12.30"');
    const fraction = match[3] ?? "";
    const digits = BigInt(match[2] + fraction);
    this.#coefficient = match[1] === "-" ? -digits : digits;
    this.#scale = fraction.length;
  }

  static #of(coefficient: bigint, scale: number): Decimal {
    const sign = coefficient < 0n ? "-" : "";
    const digits = (coefficient < 0n ? -coefficient : coefficient).toString().padStart(scale + 1, "0");
    return new Decimal(scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
  }

  /** The sum of all; 0 of none. */
  static sum(values: Iterable<Decimal | string>): Decimal {
    let total = new Decimal(0);
    for (const value of values) total = total.plus(value);
    return total;
  }

  /** How many digits are after the point. */
  get scale(): number { return this.#scale; }

  /** -1, 0 or 1. */
  get sign(): -1 | 0 | 1 { return this.#coefficient === 0n ? 0 : this.#coefficient < 0n ? -1 : 1; }

  isZero(): boolean { return this.#coefficient === 0n; }

  /** Exact; with the larger of the two scales. */
  plus(other: Decimal | string): Decimal {
    const b = new Decimal(other);
    const scale = Math.max(this.#scale, b.#scale);
    return Decimal.#of(this.#at(scale) + b.#at(scale), scale);
  }

  minus(other: Decimal | string): Decimal { return this.plus(new Decimal(other).negated()); }

  /** Exact; the scales add up. */
  times(other: Decimal | string | bigint): Decimal {
    const b = new Decimal(other);
    return Decimal.#of(this.#coefficient * b.#coefficient, this.#scale + b.#scale);
  }

  negated(): Decimal { return Decimal.#of(-this.#coefficient, this.#scale); }

  abs(): Decimal { return this.sign < 0 ? this.negated() : this; }

  /** By value: 1.0 and 1.00 are equal. */
  compare(other: Decimal | string): -1 | 0 | 1 { return this.minus(other).sign; }

  equals(other: Decimal | string): boolean { return this.compare(other) === 0; }

  /** With so many digits after the point, halves to the even one. */
  round(scale: number): Decimal {
    if (!Number.isInteger(scale) || scale < 0) throw new RangeError("Decimal: a scale must be a whole number from 0");
    if (scale >= this.#scale) return Decimal.#of(this.#at(scale), scale);
    const unit = 10n ** BigInt(this.#scale - scale);
    let quotient = this.#coefficient / unit;
    const rest = (this.#coefficient % unit) * (this.#coefficient < 0n ? -2n : 2n);
    if (rest > unit || (rest === unit && quotient % 2n !== 0n)) quotient += this.#coefficient < 0n ? -1n : 1n;
    return Decimal.#of(quotient, scale);
  }

  #at(scale: number): bigint { return this.#coefficient * 10n ** BigInt(scale - this.#scale); }

  toString(): string {
    const digits = (this.#coefficient < 0n ? -this.#coefficient : this.#coefficient).toString().padStart(this.#scale + 1, "0");
    const sign = this.#coefficient < 0n ? "-" : "";
    return this.#scale === 0 ? sign + digits : `${sign}${digits.slice(0, -this.#scale)}.${digits.slice(-this.#scale)}`;
  }

  toJSON(): string { return this.toString(); }

  /** In text its digits. `a + b` and `a < b` throw: they would glue texts together or go through a float. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TypeError("Decimal: use plus, minus, times and compare; operators are not exact");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string { return `Decimal(${this.toString()})`; }
}

/** An exact amount of a currency. Positive is money in. */
export interface Money {
  amount: Decimal;
  /** ISO 4217. */
  currency: string;
}
