using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class SchemaTests
{
    [TestMethod, EveryTrainer]
    public void GetOutputSchema_PromisesWhatFitDelivers(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        foreach (var input in trainer.Inputs)
        {
            var data = trainer.Load(ml, 9, input: input);
            var estimator = trainer.Create(ml, trainer.Tiny());
            var promised = estimator.GetOutputSchema(data.Schema.Shape());
            using var model = estimator.Fit(data);
            AssertSame(model.GetOutputSchema(data.Schema).Shape(), promised, trainer.Task.Name);
        }
    }

    [TestMethod, EveryTrainer]
    public void GetOutputSchema_OfAFittedModel_IsTheSchemaOfItsData(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 9);
        using var model = trainer.Fit(ml, data);
        Assert.AreEqual(Describe(model.Transform(data).Schema), Describe(model.GetOutputSchema(data.Schema)));
        Assert.AreEqual(Describe(model.Transform(data).Schema), Describe(model.GetRowToRowMapper(data.Schema).OutputSchema));
    }

    [TestMethod, EveryTrainer]
    public void Transform_AddsTheColumnsOfItsTask_AndKeepsTheOthersInPlace(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 9);
        using var model = trainer.Fit(ml, data);
        var schema = model.Transform(data).Schema;
        CollectionAssert.AreEqual(trainer.Task.Outputs.ToArray(), schema.Skip(data.Schema.Count).Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(
            data.Schema.Select(c => (c.Name, c.Type)).ToArray(), schema.Take(data.Schema.Count).Select(c => (c.Name, c.Type)).ToArray());
    }

    [TestMethod, EveryTrainer]
    public void OutputColumns_CanBeRenamed(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 9);
        using var model = trainer.Fit(ml, data, options =>
            (options.ScoreColumnName, options.PredictedLabelColumnName, options.ProbabilityColumnName) = (
                "MyScore", "MyPredictedLabel", "MyProbability"));
        var added = model.Transform(data).Schema.Skip(data.Schema.Count).Select(column => column.Name);
        CollectionAssert.AreEqual(trainer.Task.Outputs.Select(name => "My" + name).ToArray(), added.ToArray());
    }

    [TestMethod, EveryTrainer]
    public void ScoreColumns_CarryTheAnnotationsByWhichToolsKnowThem(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 9);
        using var model = trainer.Fit(ml, data);
        foreach (var column in model.Transform(data).Schema.Skip(data.Schema.Count))
        {
            ReadOnlyMemory<char> value = default;
            column.Annotations.GetValue("ScoreValueKind", ref value);
            Assert.AreEqual(column.Name, value.ToString());
        }
    }

    [TestMethod, EveryTrainer(Classification = true)]
    public void Pipeline_GivesTheLabelsOwnValuesBack(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Input.Load(ml, trainer.Input.Rows(45, 1));
        var model = trainer.Pipeline(ml, trainer.Learning()).Fit(data);
        var scored = model.Transform(data);
        var expected = Texts(scored, trainer.Task.Source);
        var predicted = Texts(scored, "PredictedLabel");
        var right = expected.Zip(predicted, (e, p) => e == p).Count(same => same);
        Assert.IsGreaterThan(35, right);
    }

    [TestMethod, EveryTrainer]
    public void Pipeline_WorksAroundTheTrainer(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 27);
        var pipeline = ml.Transforms.CopyColumns("Sequence", "Features").AppendCacheCheckpoint(ml)
            .Append(trainer.Create(ml, trainer.Tiny(options => options.FeatureColumnName = "Sequence")))
            .Append(ml.Transforms.CopyColumns("Result", "Score"));
        var scored = pipeline.Fit(data).Transform(data);
        Assert.AreEqual(scored.Schema["Score"].Type, scored.Schema["Result"].Type);
        Scores.AssertSame(trainer.Task.Scores(scored), trainer.Task.Scores(scored));
    }

    private static void AssertSame(SchemaShape delivered, SchemaShape promised, string where)
    {
        CollectionAssert.AreEquivalent(
            delivered.Select(column => column.Name).ToArray(), promised.Select(column => column.Name).ToArray(), where);
        foreach (var column in delivered)
        {
            var promise = promised.Single(other => other.Name == column.Name);
            Assert.AreEqual((column.Kind, column.ItemType, column.IsKey), (promise.Kind, promise.ItemType, promise.IsKey),
                $"{where}: {column.Name}");
            AssertSame(column.Annotations, promise.Annotations, $"{where}: {column.Name}");
        }
    }

    private static string Describe(DataViewSchema schema) => string.Join(", ", schema.Select(column =>
        $"{column.Name}: {column.Type} {string.Join(' ', column.Annotations.Schema.Select(annotation => annotation.Name))}"));

    private static string[] Texts(IDataView data, string column) => data.Schema[column].Type is BooleanDataViewType
        ? [.. data.GetColumn<bool>(column).Select(value => value.ToString())]
        : [.. data.GetColumn<string>(column)];
}
