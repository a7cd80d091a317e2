using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What every trainer has, though not in the same place of its options.</summary>
internal static class RunOptions
{
    public static void SetSeed(this TrainerOptions options, int seed)
    {
        switch (options)
        {
            case NetworkTrainerOptions network:
                network.Training.Seed = seed;
                break;
            case NeuralTangentKernelOptions kernel:
                kernel.Seed = seed;
                break;
            case RandomConvolutionOptions convolution:
                convolution.Seed = seed;
                break;
        }
    }

    public static void SetCancellation(this TrainerOptions options, CancellationToken token)
    {
        switch (options)
        {
            case NetworkTrainerOptions network:
                network.Training.CancellationToken = token;
                break;
            case NeuralTangentKernelOptions kernel:
                kernel.CancellationToken = token;
                break;
            case RandomConvolutionOptions convolution:
                convolution.CancellationToken = token;
                break;
        }
    }
}
