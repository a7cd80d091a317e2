using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Random convolutions and what was solved for on them: rows to outputs <c>[B, K]</c>. It has no parameters, and is empty until a solution
/// is given or room is made
/// for one.
/// </summary>
/// <remarks>
/// Computes on the CPU, wherever its state is kept: features in single precision, their sum in double precision, row by row in one order. A
/// row's outputs depend on
/// nothing but the row, to the last bit, and are the same for any number of threads and any width of vectors.
/// </remarks>
internal sealed class RandomConvolutionNetwork : Network, ISizedByData, IBounded, ILayered, IOnnxForm, IStreamable
{
    private const string FeatureLayer = "features";

    private readonly Lazy<SolvedConvolutions> _solved;

    // The names of these fields are those of the model file.
    private ConvolutionTensors? values;
    private ConvolutionTensors? differences;
    private Tensor? pooling;
    private Tensor? mean;
    private Tensor? scale;
    private Tensor? weights;
    private Tensor? offset;
    private Tensor? slope;

    public RandomConvolutionNetwork()
        : base(nameof(RandomConvolutionNetwork)) => _solved = new Lazy<SolvedConvolutions>(Read);

    /// <summary>Sets the solution, once.</summary>
    public void Take(ConvolutionSolution solution)
    {
        var drawn = solution.Features;
        values = new ConvolutionTensors(drawn.Values);
        differences = drawn.Differences is { } second ? new ConvolutionTensors(second) : null;
        pooling = tensor(new[] { (long)drawn.Pooling });
        (mean, scale) = (drawn.Means.ToAligned(drawn.Channels), drawn.Scales.ToAligned(drawn.Channels));
        weights = solution.Weights.ToAligned(drawn.Count, solution.Offset.Length);
        offset = solution.Offset.ToAligned(solution.Offset.Length);
        double[] link = solution.Link switch
        {
            null => [1],
            { Width: 0 } one => [one.Factor],
            { } one => [one.Factor, one.Width],
        };
        slope = link.ToAligned(link.Length);
        RegisterComponents();
    }

    public void MakeRoom(IReadOnlyDictionary<string, long[]> shapes)
    {
        using var scope = NewDisposeScope();
        values = new ConvolutionTensors(shapes, nameof(values) + ".");
        differences = shapes.Keys.Any(name => name.StartsWith(nameof(differences) + ".", StringComparison.Ordinal))
            ? new ConvolutionTensors(shapes, nameof(differences) + ".") : null;
        pooling = Room(nameof(pooling), ScalarType.Int64);
        (mean, scale) = (Room(nameof(mean), ScalarType.Float32), Room(nameof(scale), ScalarType.Float32));
        (weights, offset, slope) = (Room(nameof(weights)), Room(nameof(offset)), Room(nameof(slope)));
        RegisterComponents();
        foreach (var value in state_dict().Values)
        {
            value.DetachFromDisposeScope();
        }

        Tensor Room(string name, ScalarType type = ScalarType.Float64) =>
            zeros(shapes.TryGetValue(name, out var shape) ? shape : [0], type);
    }

    public void CheckLoaded(InputColumn input, int outputs)
    {
        using var scope = NewDisposeScope();
        Require(nameof(mean), mean!, [input.Channels]);
        Require(nameof(scale), scale!, [input.Channels]);
        Require(nameof(pooling), pooling!, [1]);
        SolvedConvolutions.Require(nameof(pooling), Enum.IsDefined((ConvolutionPooling)pooling!.cpu().Item<long>()));
        Require(nameof(slope), slope!, [slope!.numel() == 2 ? 2 : 1]);
        var solved = _solved.Value;
        Require(nameof(weights), weights!, [solved.Features.Count, outputs]);
        Require(nameof(offset), offset!, [outputs]);
        solved.Check(solved.Features.Pooling);
    }

    public IReadOnlyList<string> Layers => [FeatureLayer];

    public InputRange? Range => _solved.Value.Range;

    public string? StreamingObstacle =>
        "its features are of whole rows; use a trainer that goes step by step, such as ParaRnn or Lssl with Bidirectional = false and Pooling = SequencePooling.Mean";

    public override Tensor forward(InputBatch batch)
    {
        var solved = _solved.Value;
        LayerTrace.Add(FeatureLayer, () => OfEachRow(batch, solved, solved.Features.Count, solved.Features.Compute));
        return OfEachRow(batch, solved, solved.Offset.Length, solved.Score);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var (drawn, factors, sums, link) = _solved.Value;
        var features = graph.Cast(OnnxConvolutions.Features(graph, input, drawn), OnnxType.Double);
        var scores = graph.Plus(
            graph.MatMul(features, graph.Constant(factors, drawn.Count, sums.Length)), graph.Constant(sums, sums.Length));
        return graph.Cast(OnnxScoreLink.Apply(graph, scores, sums.Length, link), OnnxType.Single);
    }

    // Numbers for each row, [B, width].
    private static Tensor OfEachRow(InputBatch batch, SolvedConvolutions solved, int width, RowNumbers compute)
    {
        using var scope = NewDisposeScope();
        var (steps, channels) = ((int)batch.Steps, solved.Features.Channels);
        var rows = batch.Values.cpu().contiguous();
        var numbers = empty([batch.Rows, width], ScalarType.Float32);
        unsafe
        {
            var (from, to) = ((nint)rows.AsPointer(), (nint)numbers.AsPointer());
            Workspaces.ForEach(batch.Rows, () => { }, (row, scratch) => compute(
                new ReadOnlySpan<float>((float*)from + ((long)row * steps * channels), batch.Lengths[row] * channels),
                new Span<float>((float*)to + ((long)row * width), width), scratch));
        }
        GC.KeepAlive(rows);
        return numbers.to(batch.Values.device).MoveToOuterDisposeScope();
    }

    private SolvedConvolutions Read()
    {
        using var scope = NewDisposeScope();
        var (means, scales) = (mean!.cpu().contiguous().AsSpan().ToArray(), scale!.cpu().contiguous().AsSpan().ToArray());
        var drawn = new SeriesFeatures(
            means, scales, (ConvolutionPooling)pooling!.cpu().Item<long>(), values!.Read(means.Length), differences?.Read(means.Length));
        var link = Doubles(slope!);
        return new SolvedConvolutions(drawn, Doubles(weights!), Doubles(offset!), new ScoreLink(link[0], link.Length > 1 ? link[1] : 0));
    }

    private static double[] Doubles(Tensor numbers) => numbers.cpu().contiguous().AsDoubles().ToArray();

    private static void Require(string name, Tensor value, long[] shape)
    {
        if (!value.shape.SequenceEqual(shape))
        {
            throw new FormatException($"'{name}' is [{string.Join(", ", value.shape)}] and should be [{string.Join(", ", shape)}].");
        }
    }

    private delegate void RowNumbers(ReadOnlySpan<float> series, Span<float> numbers, ConvolutionScratch scratch);
}
