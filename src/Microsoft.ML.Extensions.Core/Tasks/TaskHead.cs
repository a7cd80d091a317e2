using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The activated outputs of the row being read, <c>[W]</c>.</summary>
internal delegate ReadOnlySpan<float> RowScores();

/// <summary>What a head needs to be made again; part of the saved model.</summary>
/// <param name="Task">The task's name, looked up among the tasks of the package that loads it.</param>
/// <param name="Outputs">The network's outputs a row.</param>
/// <param name="Classes">The names of the classes, where the label had any.</param>
/// <param name="Mean">The target's mean, for numbers.</param>
/// <param name="Scale">The target's standard deviation, for numbers.</param>
/// <param name="Details">What this task alone knows; in files under the name of the first that had any.</param>
internal sealed record HeadDescription(
    string Task, int Outputs, KeyNames? Classes = null, double Mean = 0, double Scale = 1,
    [property: JsonPropertyName("Forecast")] JsonElement? Details = null);

/// <summary>The last part of every model: the loss of the network's outputs in training, the columns made of them in scoring.</summary>
internal abstract class TaskHead(HeadDescription description)
{
    public HeadDescription Description => description;

    /// <summary>Outputs of the network a row.</summary>
    public int Outputs => description.Outputs;

    /// <summary>The network from rows to outputs: the trainer's own, or one around it.</summary>
    /// <param name="input">What is read.</param>
    /// <param name="create">Makes the trainer's network from what it reads and its number of outputs.</param>
    public virtual Network CreateNetwork(InputColumn input, Func<InputColumn, int, Network> create) => create(input, Outputs);

    /// <summary>Labels as the network learns them, from those of rows, <c>[B]</c> or <c>[B, W]</c>.</summary>
    public virtual Tensor Encode(Tensor labels) => labels;

    /// <summary>What a least-squares fit is to give for a label: an indicator a class, 1 or -1 for yes or no, a number in the label's deviations.</summary>
    /// <param name="label">The label of a row.</param>
    /// <param name="targets">Takes them, <c>[Outputs]</c>.</param>
    /// <exception cref="NotSupportedException">The task has no such numbers.</exception>
    public virtual void SetTargets(ReadOnlySpan<float> label, Span<double> targets) =>
        throw new NotSupportedException($"The task '{description.Task}' is not one for least squares.");

    /// <summary>A row of a smaller loss is answered so well that a better answer would be no other one; 0 where there is no such loss.</summary>
    public virtual double LossOfRight => 0;

    /// <summary>The loss of each row, <c>[B]</c>, from outputs <c>[B, Outputs]</c> and labels as <see cref="Encode"/> gives them.</summary>
    public abstract Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing);

    /// <summary>What the columns are read from, <c>[B, Outputs]</c>.</summary>
    public abstract Tensor Activate(Tensor outputs);

    /// <summary>
    /// What several looks at one row are averaged in, <c>[..., M]</c> in double precision from outputs <c>[..., Outputs]</c>: probabilities
    /// for classes, the outputs themselves for numbers.
    /// </summary>
    public virtual Tensor ToMeans(Tensor outputs) => outputs.to_type(ScalarType.Float64);

    /// <summary>The outputs <c>[B, Outputs]</c> that activate to such a mean, <c>[B, M]</c>.</summary>
    public virtual Tensor FromMeans(Tensor means) => means.to_type(ScalarType.Float32);

    /// <summary>The outputs <c>[B, Outputs]</c> that stand for the mean of several such outputs of the same rows.</summary>
    public Tensor Mean(IEnumerable<Tensor> outputs) => FromMeans(stack(outputs.Select(ToMeans).ToArray()).mean([0]));

    /// <summary>The columns that scoring adds.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names);

    /// <exception cref="ArgumentException">Two of the columns have one name, so that one of them hides the other.</exception>
    public void CheckNames(OutputColumnNames names)
    {
        if (Columns(names).GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two of the columns that scoring adds are called '{twice.Key}'; give them different names.");
        }
    }

    /// <summary>A <see cref="ValueGetter{TValue}"/> for each of <see cref="Columns"/>; one of outputs that are no numbers throws.</summary>
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
                    $"{row()}: the network gives {output}, which is no score. The row's values are too far from those of training, or the model's weights are damaged."));
            }
        }
        return outputs;
    });

    /// <inheritdoc cref="Getters(RowScores, Func{string})"/>
    protected abstract Delegate[] Getters(RowScores scores);
}
