using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// The linear recurrence <c>y_t = r_t + L_t y_(t-1)</c>, or from the end <c>y_t = r_t + L_t y_(t+1)</c>, in each row and channel: a block
/// lower (upper) bidiagonal system with S x S blocks, as in Newton's step and in the adjoint of a recurrent cell.
/// </summary>
/// <remarks>
/// Right-hand sides: S tensors [T, ...]. Links: S * S tensors [T - 1, ...], link i between steps i and i + 1, entry (j, k) at S j + k.
/// </remarks>
internal static class BlockBidiagonalSystem
{
    /// <summary>
    /// Replaces the right-hand sides by the solution, by recursive doubling (Kogge and Stone 1973; Hillis and Steele 1986): in round i
    /// each step is combined with the one 2^i steps before it. ceil(log2 T) rounds of whole-tensor operations.
    /// </summary>
    public static void Solve(torch.Tensor[] right, torch.Tensor[] links, bool fromEnd)
    {
        using var scope = torch.NewDisposeScope();
        var steps = right[0].shape[0];
        for (long distance = 1; distance < steps; distance *= 2)
        {
            using var round = torch.NewDisposeScope();
            var length = steps - distance;
            var (target, source) = fromEnd ? (0L, distance) : (distance, 0L);
            AddTo(Part(right, target, length), Product(links, Part(right, source, length)));
            if (length > distance)
            {
                var (near, far) = fromEnd ? (0L, distance) : (distance, 0L);
                links = Product(Part(links, near, length - distance), Part(links, far, length - distance));
                round.MoveToOuter(links);
            }
        }
    }

    /// <summary>The same step by step: the reference.</summary>
    public static void SolveStepByStep(torch.Tensor[] right, torch.Tensor[] links, bool fromEnd)
    {
        var steps = right[0].shape[0];
        for (long i = 0; i < steps - 1; i++)
        {
            using var scope = torch.NewDisposeScope();
            var link = fromEnd ? steps - 2 - i : i;
            var (target, source) = fromEnd ? (link, link + 1) : (link + 1, link);
            AddTo(Part(right, target, 1), Product(Part(links, link, 1), Part(right, source, 1)));
        }
    }

    /// <summary>The blocks with rows and columns exchanged.</summary>
    public static torch.Tensor[] Transpose(torch.Tensor[] blocks)
    {
        var size = (int)Math.Sqrt(blocks.Length);
        return [.. Enumerable.Range(0, blocks.Length).Select(i => blocks[(i % size * size) + (i / size)])];
    }

    private static torch.Tensor[] Part(torch.Tensor[] tensors, long start, long length) =>
        [.. tensors.Select(tensor => tensor.narrow(0, start, length))];

    private static void AddTo(torch.Tensor[] targets, torch.Tensor[] values)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i].add_(values[i], Numbers.One);
        }
    }

    // S x S blocks times S x S blocks, or times vectors of S.
    private static torch.Tensor[] Product(torch.Tensor[] left, torch.Tensor[] right)
    {
        var size = (int)Math.Sqrt(left.Length);
        var columns = right.Length / size;
        var product = new torch.Tensor[right.Length];
        for (var i = 0; i < product.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            product[i] = left[row * size] * right[column];
            for (var k = 1; k < size; k++)
            {
                product[i].addcmul_(left[(row * size) + k], right[(k * columns) + column], Numbers.One);
            }
        }
        return product;
    }
}
