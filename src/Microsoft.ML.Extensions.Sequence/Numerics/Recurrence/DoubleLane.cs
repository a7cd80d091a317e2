namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>One channel in double precision with the library's own functions: the lane of the reference.</summary>
internal readonly record struct DoubleLane(double Value) : ILane<DoubleLane>
{
    public static implicit operator DoubleLane(double value) => new(value);

    public static implicit operator double(DoubleLane lane) => lane.Value;

    public static DoubleLane operator +(DoubleLane left, DoubleLane right) => left.Value + right.Value;

    public static DoubleLane operator -(DoubleLane left, DoubleLane right) => left.Value - right.Value;

    public static DoubleLane operator -(DoubleLane value) => -value.Value;

    public static DoubleLane operator *(DoubleLane left, DoubleLane right) => left.Value * right.Value;

    public static DoubleLane operator /(DoubleLane left, DoubleLane right) => left.Value / right.Value;

    public static DoubleLane Constant(double value) => value;

    public static DoubleLane MultiplyAdd(DoubleLane left, DoubleLane right, DoubleLane addend) =>
        (left.Value * right.Value) + addend.Value;

    public static DoubleLane Complement(DoubleLane value) => 1 - value.Value;

    public static DoubleLane Sigmoid(DoubleLane value) => 1 / (1 + Math.Exp(-value.Value));

    public static DoubleLane Tanh(DoubleLane value) => Math.Tanh(value.Value);

    public static DoubleLane Exp(DoubleLane value) => Math.Exp(Math.Clamp(value.Value, -87, 87));

    public static DoubleLane Select(DoubleLane condition, DoubleLane positive, DoubleLane otherwise) =>
        condition.Value > 0 ? positive : otherwise;
}
