using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

internal sealed class RegressionToy() : ToyTask("regression", "Number", isClassification: false)
{
    public static RegressionToy Instance { get; } = new();

    public override IReadOnlyList<string> Outputs => ["Score"];

    public override object Catalog(MLContext ml) => ml.Regression.Trainers;

    public override float[][] Scores(IDataView scored) => [.. scored.GetColumn<float>("Score").Select(score => new[] { score })];

    public override float[][] Predict(MLContext ml, ITransformer model, IEnumerable<ToyRow> rows, ToyInput input)
    {
        using var engine = ml.Model.CreatePredictionEngine<ToyRow, Prediction>(
            model, new PredictionEngineOptions { InputSchemaDefinition = input.Definition(), OwnsTransformer = false });
        return [.. rows.Select(row => new[] { engine.Predict(row).Score })];
    }

    public override StepStream Stream(MLContext ml, ITransformer model, SchemaDefinition steps) =>
        StepStream.Over<Prediction>(ml, model, steps, prediction => [prediction.Score]);

    public override double Skill(MLContext ml, IDataView scored) => ml.Regression.Evaluate(scored).RSquared;

    public override double Loss(IDataView scored, IDataView trainData)
    {
        var targets = trainData.GetColumn<float>("Label").Select(value => (double)value).ToArray();
        var variance = targets.Average(value => Math.Pow(value - targets.Average(), 2));
        return scored.GetColumn<float>("Score")
            .Zip(scored.GetColumn<float>("Label"), (score, label) => Math.Pow(score - label, 2) / variance).Average();
    }

    public override IReadOnlyList<ITransformer> CrossValidate(
        MLContext ml, IDataView data, IEstimator<ITransformer> estimator, int folds) =>
        [.. ml.Regression.CrossValidate(data, estimator, folds).Select(fold => fold.Model)];

    public override IReadOnlyList<string> ImportantFeatures(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.Regression.PermutationFeatureImportance(model, data, permutationCount: 1).Keys];

    public override int CountFeatures(MLContext ml, NetworkTransformer model, IDataView data) =>
        ml.Regression.PermutationFeatureImportance(model, data, permutationCount: 1).Length;

    private sealed class Prediction
    {
        public float Score { get; set; }
    }
}
