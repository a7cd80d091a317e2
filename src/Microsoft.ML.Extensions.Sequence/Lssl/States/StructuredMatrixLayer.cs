using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// <c>A = -P (D + T^-1) Q</c> of a <see cref="StructuredMatrix"/>; where it is learned, P, D, Q and T's three diagonals are.
/// </summary>
internal sealed class StructuredMatrixLayer : StateMatrixLayer
{
    private readonly Tensor left;
    private readonly Tensor shift;
    private readonly Tensor right;
    private readonly Tensor tridiagonal;

    public StructuredMatrixLayer(LsslOptions options)
        : base(nameof(StructuredMatrixLayer))
    {
        var (size, learned) = (options.StateSize, options.Learn.Learns(LsslLearning.StateMatrix));
        // Three vectors and three diagonals.
        NetworkMemory.Ask(6, size);
        var start = options.StateMatrix switch
        {
            StateMatrix.LegS => StructuredMatrix.LegS(size),
            StateMatrix.LegT => StructuredMatrix.LegT(size),
            _ => StructuredMatrix.LagT(size),
        };
        left = this.Hold(nameof(left), Single(start.P), learned);
        shift = this.Hold(nameof(shift), Single(start.D), learned);
        right = this.Hold(nameof(right), Single(start.Q), learned);
        tridiagonal = this.Hold(nameof(tridiagonal), stack([Single(start.Lower), Single(start.Main), Single(start.Upper)]), learned);
        RegisterComponents();
    }

    /// <summary>P, <c>[N]</c>.</summary>
    public Tensor Left => left;

    public override Tensor Dense()
    {
        var (lower, upper) = (tridiagonal[0].narrow(0, 1, left.shape[0] - 1), tridiagonal[2].narrow(0, 0, left.shape[0] - 1));
        var dense = diag_embed(lower, -1, 0, 1).Plus(diag_embed(tridiagonal[1], 0, 0, 1)).Plus(diag_embed(upper, 1, 0, 1));
        return linalg.inv(dense).Plus(diag_embed(shift, 0, 0, 1)) * left.unsqueeze(-1).neg() * right;
    }

    /// <summary>
    /// The M and T of <see cref="TridiagonalKrylov"/> for alpha times the time steps, <c>[H]</c>: <c>[3, N, H]</c> and <c>[3, N]</c>.
    /// </summary>
    public (Tensor Solved, Tensor Multiplied) Pencil(Tensor steps)
    {
        var product = (left * right).unsqueeze(-1) * steps;
        // T scales its columns, so its lower diagonal is shifted up by one and its upper diagonal down by one; wrapped values meet no
        // entry.
        var columns = (shift.unsqueeze(-1) * product).Plus(Numbers.One);
        var aligned = stack([columns.roll(1, 0), columns, columns.roll(-1, 0)]);
        var added = stack([zeros_like(product), product, zeros_like(product)]);
        return ((tridiagonal.unsqueeze(-1) * aligned).Plus(added), tridiagonal);
    }

    private static Tensor Single(double[] values) => tensor(values.Select(value => (float)value).ToArray());
}
