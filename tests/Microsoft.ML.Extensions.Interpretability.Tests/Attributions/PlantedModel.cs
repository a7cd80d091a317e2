using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Attributions;

/// <summary>A row of two channels, and of tokens.</summary>
internal sealed class PlantedRow
{
    [VectorType(0, 2)]
    public float[] Features { get; set; } = [];

    [VectorType, KeyType(5)]
    public uint[] Tokens { get; set; } = [];

    [VectorType(1, 2, 2)]
    public float[] Image { get; set; } = new float[4];
}

/// <summary>Models whose outputs are a formula of the row, so that it is known what matters.</summary>
internal static class PlantedModel
{
    public static TaskHead Numbers { get; } = new RegressionHead(new HeadDescription("Regression", 1, Mean: 5, Scale: 2));

    public static TaskHead Binary { get; } = new BinaryHead(new HeadDescription("Binary", 1));

    public static TaskHead Classes { get; } = new MulticlassHead(new HeadDescription("Multiclass", 3, new KeyNames("String", ["a", "b", "c"])));

    /// <summary>Rows of <c>[T, 2]</c> of several lengths.</summary>
    public static PlantedRow[] Rows { get; } =
    [
        Row([1, 2], [3, -4], [0.5f, 1]),
        Row([-1, 0], [2, 2], [1, 1], [4, -1], [0, 3]),
    ];

    public static PlantedRow Row(params float[][] steps) => new() { Features = [.. steps.SelectMany(step => step)] };

    /// <summary>A model of these outputs.</summary>
    /// <param name="head">The task.</param>
    /// <param name="outputs">The outputs <c>[B, K]</c> of values <c>[B, T, 2]</c>, or of keys <c>[B, T]</c>.</param>
    /// <param name="column">The column.</param>
    /// <param name="history">The epochs of its fit.</param>
    public static NetworkTransformer Of(
        TaskHead head, Func<Tensor, Tensor> outputs, string column = nameof(PlantedRow.Features), IReadOnlyList<TrainingProgress>? history = null)
    {
        var schema = new MLContext(1).Data.LoadFromEnumerable(Rows).Schema;
        var kind = new NetworkKind<object>(
            "Planted", new ModelKind("PLANTED ", "Planted", typeof(PlantedModel).Assembly), (_, _, _, _) => new Formula(outputs));
        var description = new ModelDescription(
            "Planted", JsonSerializer.SerializeToElement(new object()), 1, InputColumn.From(schema, column), MissingValues.Error, head.Description,
            new OutputColumnNames("Score", "PredictedLabel", "Probability"));
        return new NetworkTransformer(kind, null, description, head, new Formula(outputs), CPU) { History = history ?? [] };
    }

    /// <summary>The explanations of rows: their attributions, and the change of the output.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows, whose channel means are the baseline.</param>
    /// <param name="options">The options.</param>
    public static (float[][] Attributions, float[] Changes) Explain(NetworkTransformer model, PlantedRow[] rows, AttributionOptions options)
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(rows);
        var explained = ml.Transforms.CalculateAttribution(model, options).Fit(data).Transform(data);
        return ([.. explained.GetColumn<float[]>("Attribution")], [.. explained.GetColumn<float>("AttributionChange")]);
    }

    private sealed class Formula(Func<Tensor, Tensor> outputs) : Network("formula")
    {
        public override Tensor forward(InputBatch batch) => outputs(batch.Values);
    }
}
