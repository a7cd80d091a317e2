using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// All channels of all rows as one tensor, of one step [B, H] or of all steps [T, B, H] (a parameter: [H]; a constant: no dimensions):
/// a cell's formula, op by op, on any device and floating type.
/// </summary>
internal readonly record struct TensorLane(torch.Tensor Value) : ILane<TensorLane>
{
    private static readonly Scalar s_expBound = 87;
    private static readonly Scalar s_lowestExp = -87;

    public static TensorLane operator +(TensorLane left, TensorLane right) => new(left.Value.Plus(right.Value));

    public static TensorLane operator -(TensorLane left, TensorLane right) => new(left.Value.Minus(right.Value));

    public static TensorLane operator -(TensorLane value) => new(value.Value.neg());

    public static TensorLane operator *(TensorLane left, TensorLane right) => new(left.Value * right.Value);

    public static TensorLane operator /(TensorLane left, TensorLane right) => new(left.Value / right.Value);

    public static TensorLane Constant(double value) => new(torch.tensor(value));

    // An operand may be a constant on another device, except with three operands.
    public static TensorLane MultiplyAdd(TensorLane left, TensorLane right, TensorLane addend) =>
        left.IsConstant || right.IsConstant || addend.IsConstant
            ? (left * right) + addend
            : new(addend.Value.addcmul(left.Value, right.Value, Numbers.One));

    public static TensorLane Complement(TensorLane value) => new(value.Value.neg().Plus(Numbers.One));

    public static TensorLane Sigmoid(TensorLane value) => new(value.Value.sigmoid());

    public static TensorLane Tanh(TensorLane value) => new(value.Value.tanh());

    public static TensorLane Exp(TensorLane value) => new(value.Value.clamp(s_lowestExp, s_expBound).exp());

    public static TensorLane Select(TensorLane condition, TensorLane positive, TensorLane otherwise) =>
        new(torch.where(condition.Value.gt(Numbers.Zero), positive.Value, otherwise.Value));

    private bool IsConstant => Value.dim() == 0;
}
