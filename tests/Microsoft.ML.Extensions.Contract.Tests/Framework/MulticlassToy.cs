using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

internal sealed class MulticlassToy() : ToyTask("multiclass", "Class", isClassification: true)
{
    public static readonly string[] Classes = ["low", "middle", "high"];

    public static MulticlassToy Instance { get; } = new();

    public override IReadOnlyList<string> Outputs => ["PredictedLabel", "Score"];

    public override object Catalog(MLContext ml) => ml.MulticlassClassification.Trainers;

    public override IEstimator<ITransformer> Label(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(
        "Label", "Class", keyData: ml.Data.LoadFromEnumerable(Classes.Select(name => new ClassRow { Class = name })));

    public override IEstimator<ITransformer> Finish(MLContext ml, IEstimator<ITransformer> pipeline) =>
        pipeline.Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

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
        (ml.MulticlassClassification.Evaluate(scored).MicroAccuracy - (1 / 3.0)) / (2 / 3.0);

    public override double Loss(IDataView scored, IDataView trainData) => Scores(scored)
        .Zip(scored.GetColumn<uint>("Label"), (score, label) => -Math.Log(score[label - 1])).Average();

    public override IReadOnlyList<ITransformer> CrossValidate(
        MLContext ml, IDataView data, IEstimator<ITransformer> estimator, int folds) =>
        [.. ml.MulticlassClassification.CrossValidate(data, estimator, folds).Select(fold => fold.Model)];

    public override IReadOnlyList<string> ImportantFeatures(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.MulticlassClassification.PermutationFeatureImportance(model, data, permutationCount: 1).Keys];

    public override int CountFeatures(MLContext ml, NetworkTransformer model, IDataView data) =>
        ml.MulticlassClassification.PermutationFeatureImportance(model, data, permutationCount: 1).Length;

    private sealed class ClassRow
    {
        public string Class { get; set; } = "";
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
