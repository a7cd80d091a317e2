using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>Random points on the sphere, targets, and the ordinary kernel.</summary>
internal static class SpherePoints
{
    public static IKernelFunction Kernel { get; } = new DeepKernel(DualActivation.Relu(), 3, NetworkKernel.Ntk);

    public static Tensor Points(int count, int coordinates, int seed = 1)
    {
        using var scope = NewDisposeScope();
        var points = Numbers(count, coordinates, seed);
        return (points / points.Squared().sum(1, keepdim: true).sqrt()).MoveToOuterDisposeScope();
    }

    public static Tensor Numbers(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return tensor(Enumerable.Range(0, rows * columns).Select(_ => Normal.Next(random)).ToArray(), [rows, columns]);
    }

    /// <summary>Entry by entry.</summary>
    public static Tensor Dense(Tensor points, IKernelFunction kernel)
    {
        using var scope = NewDisposeScope();
        var values = points.mm(points.t()).contiguous();
        kernel.Apply(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(values.bytes));
        values.diagonal().Fill(kernel.AtOne);
        return values.MoveToOuterDisposeScope();
    }

    public static double Distance(Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        return ((expected - actual).abs().max() / expected.abs().max()).Item<double>();
    }
}
