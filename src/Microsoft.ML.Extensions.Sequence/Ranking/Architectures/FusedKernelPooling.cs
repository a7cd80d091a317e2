using Microsoft.ML.Extensions.Numerics.Gaussians;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Kernel pooling as one differentiable operation over <see cref="KernelSums"/>: Float32 on the CPU. Equal to
/// <see cref="KernelPooling.Composed"/> up to rounding; padding is never computed. Saved for the backward pass: the cosines, and a sum for each
/// query term and kernel.
/// </summary>
internal sealed class FusedKernelPooling : torch.autograd.SingleTensorFunction<FusedKernelPooling>
{
    private const string WorkKey = "work";

    // Additions and multiplications of a kernel at a cosine, most of them of the exponential.
    private const double Operations = 20;

    public override string Name => nameof(FusedKernelPooling);

    /// <summary>Whether it computes these cosines.</summary>
    public static bool Serves(torch.Tensor cosines) => cosines.device_type == DeviceType.CPU && cosines.dtype == torch.ScalarType.Float32;

    /// <param name="cosines"><c>[S, Lq, Ld]</c>.</param>
    /// <param name="queryLengths">The terms of each pair's query.</param>
    /// <param name="documentLengths">The terms of each pair's document.</param>
    /// <returns><c>[S, 11]</c>.</returns>
    public static torch.Tensor Run(torch.Tensor cosines, int[] queryLengths, int[] documentLengths)
    {
        // Keeps the tensors of forward alive until apply saves them for the backward pass, which it does after forward has returned.
        using var scope = torch.NewDisposeScope();
        return apply(cosines, new Work(queryLengths, documentLengths)).MoveToOuterDisposeScope();
    }

    public override unsafe torch.Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (cosines, work) = (((torch.Tensor)vars[0]).contiguous(), (Work)vars[1]);
        var (queryTerms, documentTerms) = ((int)cosines.shape[1], (int)cosines.shape[2]);
        var sums = torch.empty(cosines.shape[0], queryTerms, KernelPooling.Count);
        var features = torch.empty(cosines.shape[0], KernelPooling.Count);
        float* values = cosines.AsPointer(), counts = sums.AsPointer(), outputs = features.AsPointer();
        EachPair(work, pair =>
        {
            var feature = new Span<float>(outputs + ((nint)pair * KernelPooling.Count), KernelPooling.Count);
            feature.Clear();
            for (var i = 0; i < work.QueryLengths[pair]; i++)
            {
                var row = ((nint)pair * queryTerms) + i;
                var own = counts + (row * KernelPooling.Count);
                KernelSums.Default.Forward(work.DocumentLengths[pair], values + (row * documentTerms), KernelPooling.Kernels, own);
                for (var k = 0; k < KernelPooling.Count; k++)
                {
                    // NaN stays.
                    feature[k] += KernelPooling.Scale * MathF.Log(own[k] < KernelPooling.Least ? KernelPooling.Least : own[k]);
                }
            }
        });
        ctx.save_for_backward([cosines, sums]);
        ctx.save_data(WorkKey, work);
        return features;
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, torch.Tensor grad_output) =>
        TorchMemory.Backward(2, () => Gradients(ctx, grad_output));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (cosines, sums, work) = (saved[0], saved[1], (Work)ctx.get_data(WorkKey));
        var (queryTerms, documentTerms) = ((int)cosines.shape[1], (int)cosines.shape[2]);
        var outer = grad_output.contiguous();
        var gradient = torch.zeros_like(cosines);
        float* values = cosines.AsPointer(), counts = sums.AsPointer(), outputs = outer.AsPointer(), inner = gradient.AsPointer();
        EachPair(work, pair =>
        {
            var feature = outputs + ((nint)pair * KernelPooling.Count);
            var ofSums = stackalloc float[KernelPooling.Count];
            for (var i = 0; i < work.QueryLengths[pair]; i++)
            {
                var row = ((nint)pair * queryTerms) + i;
                var own = counts + (row * KernelPooling.Count);
                for (var k = 0; k < KernelPooling.Count; k++)
                {
                    ofSums[k] = own[k] < KernelPooling.Least ? 0 : KernelPooling.Scale * feature[k] / own[k];
                }
                KernelSums.Default.Backward(
                    work.DocumentLengths[pair], values + (row * documentTerms), KernelPooling.Kernels, ofSums, inner + (row * documentTerms));
            }
        });
        scope.MoveToOuter(gradient);
        return [gradient, null!];
    }

    private static void EachPair(Work work, Action<int> body)
    {
        var cells = work.QueryLengths.Zip(work.DocumentLengths, (query, document) => (double)query * document).Sum();
        var threads = ScanExecution.For(cells * KernelPooling.Count * Operations).Threads;
        if (threads < 2)
        {
            for (var pair = 0; pair < work.QueryLengths.Length; pair++)
            {
                body(pair);
            }
            return;
        }
        Parallel.For(0, work.QueryLengths.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
    }

    private sealed record Work(int[] QueryLengths, int[] DocumentLengths);
}
