using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Adds the distance of representations to those of a guide to the loss: Weight times the mean of <c>1 - CKA</c> over pairs of layers
/// (Subramaniam et al. 2024, arXiv 2410.20035, section 3).
/// </summary>
/// <remarks>
/// The guide is in evaluation mode and has one forward pass per batch; those of the student are the activations of the forward pass that
/// gives the loss. The rows that are compared are those computed together, so a batch in parts has a similarity for each part.
/// <see cref="GuidanceOptions"/> says how this differs from the paper.
/// </remarks>
internal sealed class Guidance : TrainingTechnique, ITechnique
{
    // Far from the indices of epochs, ensembles and other techniques.
    private const long GuideStream = 1L << 41;
    private const long ControlStream = 1L << 42;
    private const long FeatureStream = 1L << 43;

    private readonly GuidanceOptions _options;
    private readonly TrainingRun _run;
    private readonly InputColumn _input;
    private readonly GuideNetwork _guide;
    private readonly NetworkLayer[] _guides;
    private readonly string[] _students;
    private readonly FeatureProjection _features;
    private long _parts;
    private long _tooSmall;

    private Guidance(GuidanceOptions options, TechniqueContext context, GuideNetwork guide)
    {
        (_options, _run, _input, _guide) = (options, context.Run, context.Data.Columns.Input, guide);
        _features = new FeatureProjection(SeedSequence.Derive(_run.Seed, FeatureStream));
        (_guides, _students) = LayerPairs.Of(options.Layers, guide.Layers, NetworkLayer.Of(context.Network));
        _run.Channel.Tell($"Guidance by layers: {string.Join(", ", _guides.Zip(_students, (one, other) => $"{one.Name} for {other}"))}.");
    }

    private bool IsUnbiased => _options.Similarity == GuidanceSimilarity.UnbiasedCka;

    public static long Bytes(TrainingOptions options) => options.Guidance is { Weight: > 0, Guide: { } guide } ? guide.Bytes : 0;

    public static TrainingTechnique? For(TechniqueContext context)
    {
        if (context.Options.Guidance is not { Weight: > 0 } options)
        {
            return null;
        }
        if (Math.Min(context.Run.Plan.BatchSize, context.Labels.Rows) is < KernelAlignment.LeastRows and var rows)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"Training.Guidance compares the rows of a batch and needs {KernelAlignment.LeastRows} or more; BatchSize is {context.Run.Plan.BatchSize} and there are {context.Labels.Rows} training rows."));
        }
        var run = context.Run;
        var copies = WeightCopies.Of(context.Options, run.Plan.EnsembleSize, context.Validates, run.Device);
        var taken = copies * context.Network.state_dict().Values.Sum(value => value.numel() * value.element_size());
        var guide = options.Use(given => given.Open(new GuideRequest(
            context.Data.Columns.Input, context.Head, context.Data.Channels, SeedSequence.Derive(run.Seed, GuideStream), run.Device,
            NetworkMemory.Available - taken, run.CheckAlive)));
        try
        {
            return new Guidance(options, context, guide);
        }
        catch
        {
            guide.Dispose();
            throw;
        }
    }

    public override Tensor Objective(InputBatch rows, long step, Func<Tensor> loss)
    {
        if (_options.Steps > 0 && step >= _options.Steps)
        {
            return loss();
        }
        _parts++;
        if (rows.Rows < KernelAlignment.LeastRows)
        {
            _tooSmall++;
            return loss();
        }
        var guides = _guide.Take(_guides, Controlled(rows, step), (_, features) => Centred(features));
        if (_options.Control == GuidanceControl.ShuffledRows)
        {
            guides = Shuffled(guides, step);
        }
        CheckFinite(guides);
        using var trace = new LayerTrace([.. _students.Distinct()], rows.Rows, (_, features) => Centred(features));
        var task = loss();
        var similarity = guides.Zip(_students, (guide, student) => KernelAlignment.Cosine(trace[student], guide))
            .Aggregate((sum, one) => sum.Plus(one));
        return task.Plus(similarity.to_type(task.dtype), -_options.Weight / _students.Length).Plus(_options.Weight);
    }

    public override void AfterEpoch(EpochResult result)
    {
        if (_tooSmall > 0)
        {
            _run.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
                $"Guidance left out {_tooSmall} of {_parts} batches or parts of batches: they have fewer than {KernelAlignment.LeastRows} rows."));
        }
        (_parts, _tooSmall) = (0, 0);
    }

    public override void Dispose()
    {
        _features.Dispose();
        _guide.Dispose();
    }

    private Tensor Centred(Tensor features) => KernelAlignment.Centred(_features.Of(features), IsUnbiased);

    private void CheckFinite(Tensor[] guides)
    {
        for (var i = 0; i < guides.Length; i++)
        {
            using var sum = guides[i].sum();
            if (!double.IsFinite(sum.Item<double>()))
            {
                throw new InvalidOperationException(
                    $"Layer '{_guides[i].Name}' of Training.Guidance.Guide has activations that are not finite; take other layers, or another guide.");
            }
        }
    }

    private Tensor[] Shuffled(Tensor[] guides, long step)
    {
        var order = Enumerable.Range(0, (int)guides[0].shape[0]).Select(row => (long)row).ToArray();
        new Random(SeedSequence.Derive(_run.Seed, ControlStream + step)).Shuffle(order);
        var rows = tensor(order, device: guides[0].device);
        return Array.ConvertAll(guides, guide => guide.index_select(0, rows).index_select(1, rows));
    }

    private InputBatch Controlled(InputBatch rows, long step)
    {
        if (_options.Control != GuidanceControl.RandomInputs)
        {
            return rows;
        }
        using var generator = new Generator((ulong)SeedSequence.Derive(_run.Seed, ControlStream + step), rows.Values.device);
        if (_input.Kind == InputKind.Tokens)
        {
            var drawn = TorchMemory.Uniform(rows.Values.shape, generator, device: rows.Values.device).Scaled(_input.Cardinality).Plus(Numbers.One);
            return rows with { Values = drawn.to_type(ScalarType.Int64) * rows.Mask.squeeze(-1).to_type(ScalarType.Int64) };
        }
        var count = rows.Mask.sum();
        var mean = (rows.Values * rows.Mask).sum([0, 1]) / count;
        var deviation = ((rows.Values.Minus(mean) * rows.Mask).Squared().sum([0, 1]) / count).sqrt();
        var noise = randn(rows.Values.shape, device: rows.Values.device, generator: generator);
        return rows with { Values = (noise * deviation).Plus(mean) * rows.Mask };
    }
}
