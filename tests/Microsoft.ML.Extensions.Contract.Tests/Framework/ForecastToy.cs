using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The hidden level as what the first channel goes on at, three steps ahead.</summary>
internal sealed class ForecastToy() : ToyTask("forecast", "Number", isClassification: false)
{
    public const int Horizon = 3;

    public static ForecastToy Instance { get; } = new();

    /// <summary>The network alone and the level itself, so that training has all to learn; patches that some rows do not fill.</summary>
    public static ForecastOptions Options => new() { Linear = false, Normalization = ForecastNormalization.None, PatchLength = 3 };

    public override IReadOnlyList<string> Outputs => ["Score"];

    public override bool HasImportance => false;

    public override object Catalog(MLContext ml) => ml.Forecasting.Trainers;

    public override IEstimator<ITransformer> Label(MLContext ml) => ml.Transforms.Expression("Level", "(x) : (x - 10) / 5", "Number")
        .Append(ml.Transforms.Concatenate("Label", [.. Enumerable.Repeat("Level", Horizon)]));

    public override float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    public override float[][] Predict(MLContext ml, ITransformer model, IEnumerable<ToyRow> rows, ToyInput input)
    {
        using var engine = ml.Model.CreatePredictionEngine<ToyRow, Prediction>(
            model, new PredictionEngineOptions { InputSchemaDefinition = input.Definition(), OwnsTransformer = false });
        return [.. rows.Select(row => engine.Predict(row).Score)];
    }

    public override StepStream Stream(MLContext ml, ITransformer model, SchemaDefinition steps) =>
        StepStream.Over<Prediction>(ml, model, steps, prediction => prediction.Score);

    public override double Skill(MLContext ml, IDataView scored) =>
        1 - (ml.Forecasting.Evaluate(scored).MeanSquaredError / Variance(scored));

    public override double Loss(IDataView scored, IDataView trainData) => Scores(scored)
        .Zip(scored.GetColumn<float[]>("Label"), (score, label) => score.Zip(label, (s, l) => Math.Pow(s - l, 2)).Average())
            .Average() / Variance(trainData);

    public override IReadOnlyList<ITransformer> CrossValidate(
        MLContext ml, IDataView data, IEstimator<ITransformer> estimator, int folds) =>
        [.. ml.Data.CrossValidationSplit(data, folds).Select(fold => estimator.Fit(fold.TrainSet))];

    public override IReadOnlyList<string> ImportantFeatures(MLContext ml, ITransformer model, IDataView data) =>
        throw new NotSupportedException();

    public override int CountFeatures(MLContext ml, NetworkTransformer model, IDataView data) => throw new NotSupportedException();

    private static double Variance(IDataView data)
    {
        var targets = data.GetColumn<float[]>("Label").SelectMany(label => label).Select(value => (double)value).ToArray();
        return targets.Average(value => Math.Pow(value - targets.Average(), 2));
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
