using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

internal sealed class BinaryToy() : ToyTask("binary", "Flag", isClassification: true)
{
    public static BinaryToy Instance { get; } = new();

    public override IReadOnlyList<string> Outputs => ["PredictedLabel", "Score", "Probability"];

    public override object Catalog(MLContext ml) => ml.BinaryClassification.Trainers;

    public override float[][] Scores(IDataView scored) =>
        [.. scored.GetColumn<float>("Score")
            .Zip(scored.GetColumn<float>("Probability"), (score, probability) => new[] { score, probability })];

    public override float[][] Predict(MLContext ml, ITransformer model, IEnumerable<ToyRow> rows, ToyInput input)
    {
        using var engine = ml.Model.CreatePredictionEngine<ToyRow, Prediction>(
            model, new PredictionEngineOptions { InputSchemaDefinition = input.Definition(), OwnsTransformer = false });
        return [.. rows.Select(row => engine.Predict(row)).Select(prediction => new[] { prediction.Score, prediction.Probability })];
    }

    public override StepStream Stream(MLContext ml, ITransformer model, SchemaDefinition steps) =>
        StepStream.Over<Prediction>(ml, model, steps, prediction => [prediction.Score, prediction.Probability]);

    public override double Skill(MLContext ml, IDataView scored) =>
        (ml.BinaryClassification.Evaluate(scored).Accuracy - (5 / 9.0)) / (4 / 9.0);

    public override double Loss(IDataView scored, IDataView trainData) => scored.GetColumn<float>("Probability")
        .Zip(scored.GetColumn<bool>("Label"), (probability, label) => -Math.Log(label ? probability : 1 - (double)probability)).Average();

    public override IReadOnlyList<ITransformer> CrossValidate(
        MLContext ml, IDataView data, IEstimator<ITransformer> estimator, int folds) =>
        [.. ml.BinaryClassification.CrossValidate(data, estimator, folds).Select(fold => fold.Model)];

    public override IReadOnlyList<string> ImportantFeatures(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.BinaryClassification.PermutationFeatureImportanceNonCalibrated(model, data, permutationCount: 1).Keys];

    public override int CountFeatures(MLContext ml, NetworkTransformer model, IDataView data) =>
        ml.BinaryClassification.PermutationFeatureImportance(model, data, permutationCount: 1).Length;

    private sealed class Prediction
    {
        public float Score { get; set; }

        public float Probability { get; set; }
    }
}
