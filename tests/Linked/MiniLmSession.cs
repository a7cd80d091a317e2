using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>all-MiniLM-L6-v2 by ONNX Runtime.</summary>
internal sealed class MiniLmSession : IDisposable
{
    private const int Width = 384;

    private readonly InferenceSession _session;

    /// <param name="threads">The threads that it computes with.</param>
    public MiniLmSession(int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(MiniLm.Model, options);
    }

    /// <summary>The vectors of the tokens of texts of one batch, <c>[T, D]</c> each, without those of the padding.</summary>
    public float[][] Tokens(IReadOnlyList<int[]> texts)
    {
        var longest = texts.Max(text => text.Length);
        var (ids, mask, segments) = (new long[texts.Count * longest], new long[texts.Count * longest], new long[texts.Count * longest]);
        for (var row = 0; row < texts.Count; row++)
        {
            for (var place = 0; place < texts[row].Length; place++)
            {
                (ids[(row * longest) + place], mask[(row * longest) + place]) = (texts[row][place], 1);
            }
        }
        int[] shape = [texts.Count, longest];
        using var results = _session.Run(
        [
            NamedOnnxValue.CreateFromTensor("input_ids", new DenseTensor<long>(ids, shape)),
            NamedOnnxValue.CreateFromTensor("attention_mask", new DenseTensor<long>(mask, shape)),
            NamedOnnxValue.CreateFromTensor("token_type_ids", new DenseTensor<long>(segments, shape)),
        ], ["last_hidden_state"]);
        var states = ((DenseTensor<float>)results[0].AsTensor<float>()).Buffer.Span;
        var rows = new float[texts.Count][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = states.Slice(row * longest * Width, texts[row].Length * Width).ToArray();
        }
        return rows;
    }

    /// <summary>The mean of a text's tokens, of length 1.</summary>
    public static float[] Pooled(float[] tokens)
    {
        var mean = new float[Width];
        for (var place = 0; place < tokens.Length; place++)
        {
            mean[place % Width] += tokens[place];
        }
        var length = MathF.Sqrt(mean.Sum(value => value * value));
        return [.. mean.Select(value => value / length)];
    }

    public void Dispose() => _session.Dispose();
}
