using Microsoft.ML;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(NetworkTransformer), typeof(KernelLoader), null, typeof(SignatureLoadModel), "Kernel network", KernelKind.LoaderName)]

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The loader by which ML.NET finds this package's networks in a saved model, and their list; a new trainer adds a line.</summary>
internal static class KernelLoader
{
    private static readonly NetworkKind[] Kinds = [DeepNetworkTrainer.Network, NeuralTangentKernelTrainer.Network];

    /// <summary>Called by ML.NET to load a model.</summary>
    public static NetworkTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelReader.Load(env, ctx, KernelKind.File, Kinds, TaskKind.Common);
}
