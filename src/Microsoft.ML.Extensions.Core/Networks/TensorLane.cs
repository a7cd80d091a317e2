using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>All channels of all rows as one tensor [B, H] (a parameter: [H]): a cell's formula, op by op, on any device and type.</summary>
internal readonly record struct TensorLane(torch.Tensor Value) : ILane<TensorLane>
{
    public static TensorLane operator +(TensorLane left, TensorLane right) => new(left.Value + right.Value);

    public static TensorLane operator -(TensorLane left, TensorLane right) => new(left.Value - right.Value);

    public static TensorLane operator *(TensorLane left, TensorLane right) => new(left.Value * right.Value);

    public static TensorLane MultiplyAdd(TensorLane left, TensorLane right, TensorLane addend) =>
        new(addend.Value.addcmul(left.Value, right.Value, Numbers.One));

    public static TensorLane Complement(TensorLane value) => new(Numbers.One - value.Value);

    public static TensorLane Sigmoid(TensorLane value) => new(value.Value.sigmoid());

    public static TensorLane Tanh(TensorLane value) => new(value.Value.tanh());
}
