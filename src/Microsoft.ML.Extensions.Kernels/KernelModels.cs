using Microsoft.ML;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(NetworkTransformer), typeof(KernelModels), null, typeof(SignatureLoadModel), "Kernel network", KernelModels.LoaderName)]

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The networks of this package, and the loader by which ML.NET finds them in a saved model.</summary>
internal static class KernelModels
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string LoaderName = "MLExtKernelNetwork";

    private static readonly ModelKind File = new("KERNLNET", LoaderName, typeof(KernelModels).Assembly);

    /// <summary>The infinitely wide network.</summary>
    public static NetworkKind NeuralTangentKernelKind { get; } = new NetworkKind<NeuralTangentKernelOptions>(
        "NeuralTangentKernel", File, (options, _, _, _) => new NeuralTangentKernelNetwork(options))
    {
        TakesTokens = false,
        TakesUnequalRows = false,
    };

    /// <summary>The deep network of finite width.</summary>
    public static NetworkKind DeepNetworkKind { get; } = new NetworkKind<DeepNetworkOptions>(
        "DeepNetwork", File, (options, input, outputs, generator) => new DeepNetwork(options, input, outputs, generator))
    {
        TakesTokens = false,
        TakesUnequalRows = false,
    };

    private static readonly NetworkKind[] All = [DeepNetworkKind, NeuralTangentKernelKind];

    /// <summary>Called by ML.NET to load a model.</summary>
    public static NetworkTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => NetworkTransformer.Load(env, ctx, File, All);
}
