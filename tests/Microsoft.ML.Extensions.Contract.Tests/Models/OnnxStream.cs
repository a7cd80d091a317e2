using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A model as an ONNX file that is given its state and gives it back, run by ONNX Runtime.</summary>
internal sealed class OnnxStream : IDisposable
{
    private const string State = "State.Score", Past = "Past.Score";

    private readonly InferenceSession _session;
    private readonly OnnxRuntime.RunOptions _options = new();
    private readonly int _streams;
    private readonly string _feature = "Features";
    private DenseTensor<double> _state = new([0, 0]);
    private DenseTensor<float> _past = new([0, 0]);

    /// <param name="ml">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="steps">The columns of a step.</param>
    /// <param name="streams">The streams that go on together.</param>
    public OnnxStream(MLContext ml, ITransformer model, SchemaDefinition? steps = null, int streams = 1)
    {
        _streams = streams;
        using var file = new MemoryStream();
        ml.Model.ConvertToStreamingOnnx<NumberStep>(model, file, steps);
        _session = Open(file);
        Reset();
    }

    /// <param name="file">The file of one stream.</param>
    /// <param name="feature">Its column of features.</param>
    public OnnxStream(MemoryStream file, string feature = "Features")
    {
        (_streams, _feature) = (1, feature);
        _session = Open(file);
        Reset();
    }

    /// <summary>The numbers of the constant part of the state, and the growing part.</summary>
    public (double[] Constant, float[] Growing) Numbers => ([.. _state], [.. _past]);

    /// <summary>A stream of steps of one token.</summary>
    public static OnnxStream OfTokens(MLContext ml, ITransformer model)
    {
        using var file = new MemoryStream();
        ml.Model.ConvertToStreamingOnnx<TokenStep>(model, file);
        return new OnnxStream(file);
    }

    /// <summary>Takes the next steps of all streams, stream after stream, and gives their scores.</summary>
    public float[] Scores<T>(T[] features) => Next<T, float>(features, "Score");

    /// <summary>Takes the next steps of all streams and gives an output column.</summary>
    public TOutput[] Next<T, TOutput>(T[] features, string column)
    {
        var dimensions = _session.InputMetadata[_feature].Dimensions[1..];
        int[] shape = [_streams, .. dimensions.Select(size => size > 0 ? size : features.Length / _streams)];
        List<NamedOnnxValue> inputs =
        [
            NamedOnnxValue.CreateFromTensor(_feature, new DenseTensor<T>(features, shape)),
            NamedOnnxValue.CreateFromTensor(State, _state),
            .. _session.InputMetadata.Where(input => input.Key != _feature && input.Key != State && input.Key != Past)
                .Select(input => OnnxRun.Zeros(input.Key, input.Value, _streams)),
        ];
        List<string> outputs = [$"{column}.output", $"{State}.output"];
        if (_session.InputMetadata.ContainsKey(Past))
        {
            inputs.Add(NamedOnnxValue.CreateFromTensor(Past, _past));
            outputs.Add($"{Past}.output");
        }
        using var results = _session.Run(inputs, outputs, _options);
        _state = results[1].AsTensor<double>().ToDenseTensor();
        _past = results.Count > 2 ? results[2].AsTensor<float>().ToDenseTensor() : _past;
        return [.. results[0].AsEnumerable<TOutput>()];
    }

    /// <summary>Begins one of the streams again.</summary>
    public void Reset(int stream)
    {
        for (var i = 0; i < _state.Dimensions[1]; i++)
        {
            _state[stream, i] = 0;
        }
    }

    /// <summary>Begins again.</summary>
    public void Reset() => (_state, _past) = (new([_streams, _session.InputMetadata[State].Dimensions[1]]), new([_streams, 0]));

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static InferenceSession Open(MemoryStream file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        return new InferenceSession(file.ToArray(), options);
    }

    public sealed class NumberStep
    {
        [VectorType]
        public float[] Features { get; set; } = [];
    }

    private sealed class TokenStep
    {
        [KeyType(6), VectorType]
        public uint[] Features { get; set; } = [];
    }
}
