using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>A model as an ONNX file, run by ONNX Runtime.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string _feature;

    /// <param name="ml">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">What it reads.</param>
    /// <param name="feature">The feature column; other columns are given zeros.</param>
    public OnnxRun(MLContext ml, ITransformer model, IDataView data, string feature)
    {
        _feature = feature;
        using var file = new MemoryStream();
        ml.Model.ConvertToOnnx(model, data, file);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(file.ToArray(), options);
    }

    /// <summary>An output column for rows of one length, row after row.</summary>
    /// <param name="rows">The values of the feature column, Single or UInt32.</param>
    /// <param name="column">The output column.</param>
    public T[] Outputs<T, TValue>(IReadOnlyList<TValue[]> rows, string column)
    {
        var inputs = _session.InputMetadata.Select(input => input.Key == _feature
            ? NamedOnnxValue.CreateFromTensor(input.Key, Tensor(rows, input.Value.Dimensions))
            : Zeros(input.Key, input.Value, rows.Count)).ToArray();
        using var results = _session.Run(inputs, [$"{column}.output"], _options);
        return [.. results[0].AsEnumerable<T>()];
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    // Unknown dimensions take what is left.
    private static DenseTensor<T> Tensor<T>(IReadOnlyList<T[]> rows, int[] dimensions)
    {
        int[] shape = [rows.Count, .. dimensions[1..]];
        var known = shape.Skip(1).Where(size => size > 0).Aggregate(1, (product, size) => product * size);
        return new DenseTensor<T>(rows.SelectMany(row => row).ToArray(), [.. shape.Select(size => size > 0 ? size : rows[0].Length / known)]);
    }

    /// <summary>An input of zeros.</summary>
    public static NamedOnnxValue Zeros(string name, NodeMetadata input, int rows)
    {
        int[] shape = [rows, .. input.Dimensions[1..].Select(size => Math.Max(1, size))];
        return input.ElementDataType switch
        {
            TensorElementType.Float => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(shape)),
            TensorElementType.Bool => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<bool>(shape)),
            TensorElementType.UInt32 => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<uint>(shape)),
            TensorElementType.String => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(
                Enumerable.Repeat("", shape.Aggregate((one, other) => one * other)).ToArray(), shape)),
            var type => throw new NotSupportedException($"Input '{name}' is of {type}."),
        };
    }
}
