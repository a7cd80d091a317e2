using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The 512 features that ML.NET's <c>DnnFeaturizeImage</c> with ResNet18 gives an image, by the two networks of its package.</summary>
internal sealed class ResNet18Features : IDisposable
{
    /// <summary>The side of the images that it reads.</summary>
    public const int Side = 224;

    private readonly InferenceSession _preparation = Open("ResNetPrepOnnx/ResNetPreprocess.onnx");
    private readonly InferenceSession _network = Open("ResNet18Onnx/ResNet18.onnx");

    /// <summary>The features of an image.</summary>
    /// <param name="image"><c>[3, 224, 224]</c>, red, green, blue, 0 to 1.</param>
    public float[] Of(float[] image)
    {
        var colors = new DenseTensor<float>(image.Select(value => 255 * value).ToArray(), [1, 3, Side, Side]);
        return Run(_network, Run(_preparation, colors)).ToArray();
    }

    public void Dispose()
    {
        _preparation.Dispose();
        _network.Dispose();
    }

    private static DenseTensor<float> Run(InferenceSession session, DenseTensor<float> input)
    {
        var (name, shape) = session.InputMetadata.Single();
        int[] sizes = [.. shape.Dimensions.Select(size => Math.Max(1, size))];
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(name, (DenseTensor<float>)input.Reshape(sizes))]);
        return (DenseTensor<float>)results[0].AsTensor<float>().Clone();
    }

    private static InferenceSession Open(string file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        var folder = typeof(ResNet18Features).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "ResNet18").Value!;
        return new InferenceSession(Path.Combine(folder, file), options);
    }
}
