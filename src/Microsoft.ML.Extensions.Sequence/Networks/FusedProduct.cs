using Microsoft.ML.Extensions.Numerics.StepProducts;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The product of steps with weights, as one differentiable operation in Float32 on the CPU.</summary>
/// <remarks>
/// Single-threaded where it is small, so that a small network does not wait for threads of libtorch, and equal to libtorch's products up to
/// rounding. Measured by <c>benchmarks -- fits</c>.
/// </remarks>
internal sealed class FusedProduct : torch.autograd.SingleTensorFunction<FusedProduct>
{
    private const string IsTransposedKey = "transposed";
    private const int Arguments = 4;

    // Beyond this depth a panel of the packed factor leaves the cache, and libtorch's product, which cuts it, is faster.
    private const int MostDepth = 4096;

    public override string Name => nameof(FusedProduct);

    /// <summary>Whether it computes the product of steps <c>[..., D]</c> with weights.</summary>
    public static bool Serves(torch.Tensor steps) => FusedStepNorm.Serves(steps) && steps.shape[^1] <= MostDepth;

    /// <summary><c>y = W x + b</c>: <c>[..., D]</c> to <c>[..., K]</c>.</summary>
    /// <param name="steps">x.</param>
    /// <param name="weight">W, <c>[K, D]</c>.</param>
    /// <param name="bias">b, <c>[K]</c>.</param>
    public static torch.Tensor Linear(torch.Tensor steps, torch.Tensor weight, torch.Tensor bias)
    {
        using var scope = torch.NewDisposeScope();
        var shape = steps.shape;
        var output = apply(steps.reshape(-1, shape[^1]), weight.unsqueeze(0), bias, true);
        shape[^1] = weight.shape[0];
        return output.view(shape).MoveToOuterDisposeScope();
    }

    /// <summary>A product for each head: <c>[S, D]</c> to <c>[Heads, S, K]</c>.</summary>
    /// <param name="steps">The steps; a head has its part of the D numbers.</param>
    /// <param name="weight"><c>[Heads, D / Heads, K]</c>.</param>
    public static torch.Tensor ByHead(torch.Tensor steps, torch.Tensor weight)
    {
        using var scope = torch.NewDisposeScope();
        return apply(steps, weight, null!, false).MoveToOuterDisposeScope();
    }

    public override unsafe torch.Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (steps, weight) = (((torch.Tensor)vars[0]).contiguous(), ((torch.Tensor)vars[1]).contiguous());
        var isTransposed = (bool)vars[3];
        Sizes sizes = new(steps.shape, weight.shape, isTransposed);
        var output = torch.empty(sizes.Heads, sizes.Count, sizes.Outputs);
        for (var head = 0; head < sizes.Heads; head++)
        {
            MatrixProducts.Multiply(
                sizes.Count, sizes.Steps(steps, head), sizes.All, sizes.Weight(weight, head), sizes.Products(output, head), sizes.Outputs);
        }
        if (vars[2] is torch.Tensor bias)
        {
            output.add_(bias, Numbers.One);
        }
        ctx.save_for_backward([steps, weight]);
        ctx.save_data(IsTransposedKey, (isTransposed, vars[2] is torch.Tensor));
        return output;
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, torch.Tensor grad_output) =>
        TorchMemory.Backward(Arguments, () => Gradients(ctx, grad_output));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (steps, weight, gradient) = (saved[0], saved[1], grad_output.contiguous());
        var (isTransposed, hasBias) = ((bool, bool))ctx.get_data(IsTransposedKey);
        Sizes sizes = new(steps.shape, weight.shape, isTransposed);
        var (dSteps, dWeight) = (torch.empty_like(steps), torch.empty_like(weight));
        var dBias = hasBias ? gradient.sum([0, 1]) : null;
        for (var head = 0; head < sizes.Heads; head++)
        {
            var (products, own) = (MatrixView.Of(sizes.Products(gradient, head), sizes.Count, sizes.Outputs), sizes.View(steps, head));
            MatrixProducts.Multiply(
                sizes.Count, products.Start, sizes.Outputs, sizes.Weight(weight, head).Transposed, sizes.Steps(dSteps, head), sizes.All);
            var (first, second) = isTransposed ? (products, own) : (own, products);
            MatrixProducts.MultiplyTransposed(first, second, dWeight.AsPointer() + ((nint)head * sizes.Own * sizes.Outputs));
        }
        scope.MoveToOuter(dSteps, dWeight);
        dBias?.MoveToOuterDisposeScope();
        return [dSteps, dWeight, dBias!, null!];
    }

    // Steps [S, D]; weights [Heads, D / Heads, K], or transposed.
    private readonly unsafe struct Sizes(long[] steps, long[] weight, bool isTransposed)
    {
        public int Count => (int)steps[0];

        public int All => (int)steps[1];

        public int Heads => (int)weight[0];

        public int Own => (int)weight[isTransposed ? 2 : 1];

        public int Outputs => (int)weight[isTransposed ? 1 : 2];

        public float* Steps(torch.Tensor tensor, int head) => tensor.AsPointer() + ((nint)head * Own);

        public float* Products(torch.Tensor tensor, int head) => tensor.AsPointer() + ((nint)head * Count * Outputs);

        public MatrixView View(torch.Tensor tensor, int head) => new(Steps(tensor, head), Count, Own, All, 1);

        public MatrixView Weight(torch.Tensor tensor, int head)
        {
            var start = tensor.AsPointer() + ((nint)head * Own * Outputs);
            return isTransposed ? MatrixView.Of(start, Outputs, Own).Transposed : MatrixView.Of(start, Own, Outputs);
        }
    }
}
