namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>One channel in single precision: the same operations as the vector lanes, one number at a time.</summary>
internal readonly unsafe struct ScalarLane(float value) : IFloatLane<ScalarLane>
{
    private readonly float _value = value;

    public static int Width => 1;

    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left._value + right._value);

    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left._value - right._value);

    public static ScalarLane operator -(ScalarLane value) => new(-value._value);

    public static ScalarLane operator *(ScalarLane left, ScalarLane right) => new(left._value * right._value);

    public static ScalarLane operator /(ScalarLane left, ScalarLane right) => new(left._value / right._value);

    public static ScalarLane Load(float* source) => new(*source);

    public static ScalarLane Broadcast(float* source) => new(*source);

    public static void Store(ScalarLane value, float* target) => *target = value._value;

    public static ScalarLane Constant(double value) => new((float)value);

    public static ScalarLane MultiplyAdd(ScalarLane left, ScalarLane right, ScalarLane addend) =>
        new(MathF.FusedMultiplyAdd(left._value, right._value, addend._value));

    public static ScalarLane Complement(ScalarLane value) => new(1f - value._value);

    public static ScalarLane Clamp(ScalarLane value, float bound)
    {
        var below = value._value > bound ? bound : value._value;
        return new(below < -bound ? -bound : below);
    }

    public static ScalarLane PowerOfTwo(ScalarLane shifted) =>
        new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(shifted._value) << 23) + 0x3F800000));

    public static ScalarLane Sigmoid(ScalarLane value) => LaneMath.Sigmoid(value);

    public static ScalarLane Tanh(ScalarLane value) => LaneMath.Tanh(value);

    public static ScalarLane Exp(ScalarLane value) => LaneMath.Exp(value);

    public static ScalarLane Select(ScalarLane condition, ScalarLane positive, ScalarLane otherwise) =>
        condition._value > 0 ? positive : otherwise;
}
