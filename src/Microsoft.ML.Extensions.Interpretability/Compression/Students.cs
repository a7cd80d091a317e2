using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Trains smaller networks of a teacher's kind.</summary>
internal sealed class Students
{
    private readonly IHostEnvironment _env;
    private readonly NetworkTransformer _teacher;
    private readonly CompressionOptions _options;
    private readonly NetworkTrainerOptions _trained;
    private readonly IReadOnlyList<NetworkPart> _parts;
    private readonly KnownOutputs _known = new();

    private Students(IHostEnvironment env, NetworkTransformer teacher, CompressionOptions options, NetworkTrainerOptions trained)
    {
        (_env, _teacher, _options, _trained) = (env, teacher, options, trained);
        trained.KeepOf(teacher);
        _parts = trained.Parts;
        Space = new SearchSpace([.. Limited(options)], options.Factors);
    }

    /// <summary>What they may be like.</summary>
    public SearchSpace Space { get; }

    /// <summary>The options that the teacher was trained with.</summary>
    public NetworkTrainerOptions Trained => _trained;

    private bool IsEnsemble => _teacher.EnsembleSize > 1;

    /// <exception cref="ArgumentException">There are no smaller models of this kind.</exception>
    public static Students Of(IHostEnvironment env, NetworkTransformer teacher, CompressionOptions options)
    {
        var trained = teacher.ReadOptions() as NetworkTrainerOptions;
        if (trained is null || trained.Parts.Count == 0 || teacher.Copies.Trainer(env, trained) is null)
        {
            throw new ArgumentException(
                $"The model on column '{teacher.FeatureColumnName}' is a {teacher.Model.Kind}, of which there are no smaller networks to search; "
                + "compress a DeepNetwork, an Lrcn, a NeuralRanking, a NumericRanking, or a model of a stacked sequence trainer.", nameof(teacher));
        }
        var students = new Students(env, teacher, options, trained);
        var space = students.Space;
        return space.Removable.Count + space.Sizes.Count > 0 ? students : throw new ArgumentException(
            $"The {teacher.Model.Kind} model on column '{teacher.FeatureColumnName}' has no part that could be left out or smaller{(options.RemoveLayers && options.ShrinkSizes
                ? "" : options.RemoveLayers ? ": it has one layer, and ShrinkSizes is false; set it to true"
                    : ": its sizes are 1, and RemoveLayers is false; set it to true")}.", nameof(teacher));
    }

    /// <summary>What tells the network of a design from others.</summary>
    public string KeyOf(Design design) => string.Join(';', Space.SizesOf(design).Select((sizes, part) =>
        sizes is null ? "" : $"{Space.Parts[part].Kind} {string.Join(',', sizes)}{(_options.Start == CompressionStart.Inherited ? part : "")}")
        .Where(part => part.Length > 0));

    /// <summary>A network that was not trained yet, with its size.</summary>
    public CompressionCandidate Plan(Design design, int number)
    {
        var (options, members) = OptionsOf(design);
        var (parameters, products) = _teacher.Copies.Size(options);
        return new CompressionCandidate(
            number, Space.Describe(design), CompressionReward.Impossible, parameters * members, 2 * products * members, null, null);
    }

    /// <summary>A trained network.</summary>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public NetworkTransformer Train(Design design, IDataView data, int epochs, CancellationToken cancellation)
    {
        var (options, members) = OptionsOf(design);
        var training = options.Training;
        options.EnsembleSize = members;
        (training.Epochs, training.Seed, training.CancellationToken) = (epochs, _options.Seed ?? 1, cancellation);
        (training.CheckpointDirectory, training.Sparsity, training.ValidationFraction, training.ShowProgress) = (null, null, 0, false);
        training.Distillation = _options.DistillationWeight == 0 ? null : new DistillationOptions
        {
            Teacher = _teacher,
            Weight = _options.DistillationWeight,
            Temperature = _options.Temperature,
            MixRows = _options.MixRows,
            Known = _known,
            Start = _options.Start == CompressionStart.Fresh ? null
                : student => TeacherWeights.Inherit(_teacher, student, Space.Parts, design.Kept),
        };
        return _teacher.Copies.Trainer(_env, options)!.Fit(data);
    }

    // The ensemble is a part of the search, and not of the networks' options.
    private IEnumerable<NetworkPart> Limited(CompressionOptions options) =>
        (IsEnsemble ? _parts.Prepend(new NetworkPart("", NetworkPartKind.Ensemble, CanLack: false,
            [new(nameof(NetworkTrainerOptions.EnsembleSize), _teacher.EnsembleSize)])) : _parts)
        .Select(part => part with { CanLack = part.CanLack && options.RemoveLayers })
        .Select(part => options.ShrinkSizes ? part
            : part with { Sizes = [.. part.Sizes.Select(size => size with { Multiple = size.Value })] });

    private (NetworkTrainerOptions Options, int Members) OptionsOf(Design design)
    {
        var sizes = Space.SizesOf(design);
        var options = OptionsCopy.Of(_trained);
        options.Shrink([.. sizes.Skip(IsEnsemble ? 1 : 0)]);
        return (options, IsEnsemble ? sizes[0]![0] : 1);
    }
}
