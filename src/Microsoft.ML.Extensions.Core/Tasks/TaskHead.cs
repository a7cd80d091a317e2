using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The activated outputs of the row being read, <c>[W]</c>.</summary>
internal delegate ReadOnlySpan<float> RowScores();

/// <summary>The description of a head in the saved model.</summary>
/// <param name="Task">The task's name, looked up among the tasks of the package that loads it.</param>
/// <param name="Outputs">The network's outputs per row.</param>
/// <param name="Classes">The names of the classes, where the label had any.</param>
/// <param name="Mean">The target's mean, for numbers.</param>
/// <param name="Scale">The target's standard deviation, for numbers.</param>
/// <param name="Details">Values of this task alone; the JSON name is that of the first task that had any.</param>
internal sealed record HeadDescription(
    string Task, int Outputs, KeyNames? Classes = null, double Mean = 0, double Scale = 1,
    [property: JsonPropertyName("Forecast")] JsonElement? Details = null)
{
    /// <summary>Whether the outputs of another description mean the same classes; names that one of them lacks are taken as equal.</summary>
    public bool SameClasses(HeadDescription other) =>
        Classes is null || other.Classes is null || Classes.Values.AsSpan().SequenceEqual(other.Classes.Values);
}

/// <summary>
/// The task-specific part of a model: the loss of the network's outputs in training, and the columns computed from them in scoring.
/// </summary>
internal abstract class TaskHead(HeadDescription description) : IOutputMean
{
    public HeadDescription Description => description;

    /// <summary>The network's outputs per row.</summary>
    public int Outputs => description.Outputs;

    /// <summary>Creates the network from rows to outputs: the trainer's network, or one that wraps it.</summary>
    /// <param name="input">The input column.</param>
    /// <param name="create">Creates the trainer's network from its input and its number of outputs.</param>
    public virtual Network CreateNetwork(InputColumn input, Func<InputColumn, int, Network> create) => create(input, Outputs);

    /// <summary>The functions of a row's outputs without tensors; null where scoring needs libtorch.</summary>
    public virtual IRowHead? Rows => this as IRowHead;

    /// <summary>Creates the network of <see cref="CreateNetwork"/> as C# kernels.</summary>
    /// <param name="input">The input column.</param>
    /// <param name="parts">The weights.</param>
    /// <param name="create">Creates the trainer's network from its input, its number of outputs and its weights.</param>
    public virtual ManagedNetwork CreateManaged(
        InputColumn input, ManagedParts parts, Func<InputColumn, int, ManagedParts, ManagedNetwork> create) => create(input, Outputs, parts);

    /// <summary>Encodes the labels of rows, <c>[B]</c> or <c>[B, W]</c>, as the loss needs them.</summary>
    public virtual Tensor Encode(Tensor labels) => labels;

    /// <summary>The least-squares targets of a label: an indicator per class, 1 or -1 for a binary label, a standardised number.</summary>
    /// <param name="label">The label of a row.</param>
    /// <param name="targets">Receives them, <c>[Outputs]</c>.</param>
    /// <exception cref="NotSupportedException">The task has no least-squares targets.</exception>
    public virtual void SetTargets(ReadOnlySpan<float> label, Span<double> targets) =>
        throw new NotSupportedException($"The task '{description.Task}' has no least-squares targets.");

    /// <summary>The loss below which a row's prediction cannot improve in practice; 0 where there is no such loss.</summary>
    public virtual double LossOfRight => 0;

    /// <summary>The loss of each row, <c>[B]</c>, from outputs <c>[B, Outputs]</c> and labels as <see cref="Encode"/> gives them.</summary>
    public abstract Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing);

    /// <summary>Which outputs are right, <c>[B]</c> of Booleans, from outputs and labels as <see cref="Loss"/> takes them; null where labels are no classes.</summary>
    public virtual Tensor? Right(Tensor outputs, Tensor labels) => null;

    /// <summary>The task; null where its networks cannot be trained from their own options and columns alone.</summary>
    public virtual TaskKind? Task => null;

    /// <summary>Why outputs have no distance to those of another network, as a sentence without its end; null where they have.</summary>
    public virtual string? DistanceObstacle => $"the task '{description.Task}' has no distance of outputs";

    /// <summary>
    /// How far outputs are from those of a teacher for the same rows, <c>[B]</c>: as a loss whose smallest value may not be 0.
    /// </summary>
    /// <param name="outputs">The outputs, <c>[B, Outputs]</c>.</param>
    /// <param name="wanted">The teacher's, <c>[B, Outputs]</c>.</param>
    /// <param name="teacher">The teacher's head.</param>
    /// <param name="temperature">What the outputs for classes are divided by.</param>
    /// <exception cref="NotSupportedException">There is none; <see cref="DistanceObstacle"/> says why.</exception>
    public virtual Tensor Distance(Tensor outputs, Tensor wanted, TaskHead teacher, double temperature) =>
        throw new NotSupportedException(DistanceObstacle);

    /// <summary>Whether the labels of a training hold the teacher's outputs, since only the trainer can read its rows for both.</summary>
    public virtual bool LabelsHoldTeacher => false;

    /// <summary>How far outputs are from those of the teacher that their labels hold, <c>[B]</c>, as a loss.</summary>
    /// <param name="outputs">The outputs, as <see cref="Loss"/> takes them.</param>
    /// <param name="labels">The labels, as <see cref="Loss"/> takes them.</param>
    /// <param name="temperature">What outputs that are compared with each other are divided by.</param>
    /// <exception cref="NotSupportedException">They hold none.</exception>
    public virtual Tensor DistanceToLabelled(Tensor outputs, Tensor labels, double temperature) =>
        throw new NotSupportedException($"The labels of the task '{description.Task}' hold no teacher's outputs.");

    /// <summary>The head of an untrained network with other options of the trainer.</summary>
    /// <param name="options">The options.</param>
    public virtual TaskHead ForOptions(object options) => this;

    /// <summary>The activated outputs, from which the columns are computed, <c>[B, Outputs]</c>.</summary>
    public abstract Tensor Activate(Tensor outputs);

    /// <summary>
    /// The quantity in which several outputs for one row are averaged, <c>[..., M]</c> in double precision from outputs
    /// <c>[..., Outputs]</c>: probabilities for classes, the outputs themselves for numbers.
    /// </summary>
    public virtual Tensor ToMeans(Tensor outputs) => outputs.to_type(ScalarType.Float64);

    /// <summary>The outputs <c>[B, Outputs]</c> that correspond to such a mean, <c>[B, M]</c>.</summary>
    public virtual Tensor FromMeans(Tensor means) => means.to_type(ScalarType.Float32);

    /// <summary>Averages several outputs of the same rows into outputs <c>[B, Outputs]</c>.</summary>
    public Tensor Mean(IEnumerable<Tensor> outputs) => FromMeans(stack(outputs.Select(ToMeans).ToArray()).mean([0]));

    public OnnxValue Mean(OnnxGraph graph, IReadOnlyList<OnnxValue> outputs)
    {
        var sum = graph.Op("Sum", [.. outputs.Select(output => ToMeans(graph, graph.Cast(output, OnnxType.Double)))]);
        return graph.Cast(FromMeans(graph, graph.Over(sum, graph.Constant([(double)outputs.Count]))), OnnxType.Single);
    }

    /// <summary><see cref="ToMeans(Tensor)"/> in ONNX, of outputs in double precision.</summary>
    public virtual OnnxValue ToMeans(OnnxGraph graph, OnnxValue outputs) => outputs;

    /// <summary><see cref="FromMeans(Tensor)"/> in ONNX, in double precision.</summary>
    public virtual OnnxValue FromMeans(OnnxGraph graph, OnnxValue means) => means;

    /// <summary>The values of <see cref="Columns"/> from outputs <c>[N, Outputs]</c>, in ONNX.</summary>
    /// <exception cref="NotSupportedException">The task has no ONNX form.</exception>
    public virtual IReadOnlyList<OnnxValue> ToOnnx(OnnxGraph graph, OnnxValue outputs) =>
        throw new NotSupportedException($"the task '{description.Task}' has no ONNX form");

    /// <summary>The columns that scoring adds.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names);

    /// <exception cref="ArgumentException">Two of the columns have the same name.</exception>
    public void CheckNames(OutputColumnNames names)
    {
        if (Columns(names).GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two of the columns that scoring adds are called '{twice.Key}'; give them different names.");
        }
    }

    /// <summary>A <see cref="ValueGetter{TValue}"/> for each of <see cref="Columns"/>; it throws where an output is not finite.</summary>
    /// <param name="scores">The outputs of the row being read.</param>
    /// <param name="row">Names the row and its column, for messages.</param>
    /// <exception cref="InvalidDataException">On reading: an output is NaN or infinite.</exception>
    public Delegate[] Getters(RowScores scores, Func<string> row) => Getters(() =>
    {
        var outputs = scores();
        foreach (var output in outputs)
        {
            if (!float.IsFinite(output))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{row()}: the network's output is {output}, which is not a score. The row's values are too far from the training values, or the model's weights are damaged."));
            }
        }
        return outputs;
    });

    /// <inheritdoc cref="Getters(RowScores, Func{string})"/>
    protected abstract Delegate[] Getters(RowScores scores);
}
