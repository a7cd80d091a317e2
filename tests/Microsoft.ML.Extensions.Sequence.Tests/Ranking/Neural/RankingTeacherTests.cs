namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

[TestClass]
public sealed class RankingTeacherTests
{
    // The rows have a column of the name that the teacher writes, and the teacher has other terms.
    [TestMethod]
    [DataRow(RankingObjective.Softmax)]
    [DataRow(RankingObjective.MarginSquaredError)]
    public void TheLabelsOfAQuery_EndWithTheTeachersScores(RankingObjective objective)
    {
        var (ml, rows) = (new MLContext(1), PairRow.Of(4, 1));
        var data = PairRow.Load(ml, rows);
        var named = ml.Transforms.CopyColumns("Score", "Stage").Fit(data).Transform(data);
        using var teacher = PairRow.Fit(ml, PairRow.Of(8, 5));
        var options = PairRow.Tiny(change =>
        {
            (change.Objective, change.TeacherColumnName) = (objective, objective == RankingObjective.MarginSquaredError ? "Score" : null);
            change.Training.Distillation = new DistillationOptions { Teacher = teacher };
        });
        var task = new RankingTask(options.Goal);
        using var reader = new QueryReader(
            new RankingRows(named, options.Roles, task, RankingTeacher.Of(options.Training)), isGrouped: true, new NumberCoder(), options.Goal, null);
        var labels = new List<float>();
        while (reader.MoveNext())
        {
            labels.AddRange(reader.Label);
        }
        var scores = Scores(ml, teacher, data);
        Assert.IsGreaterThan(3, scores.Distinct().Count());
        CollectionAssert.AreEqual(rows.SelectMany((row, index) => objective == RankingObjective.MarginSquaredError
            ? new[] { row.Label, row.Stage, scores[index] } : [row.Label, scores[index]]).ToArray(), labels);
    }

    [TestMethod]
    public void DocumentsOfOtherQueries_AreScoredByTheTeacher()
    {
        var ml = new MLContext(1);
        var data = PairRow.Load(ml, PairRow.Of(4, 1));
        using var teacher = PairRow.Fit(ml, PairRow.Of(8, 5));
        var options = PairRow.Tiny(change =>
        {
            change.Negatives.Source = RankingNegatives.Random;
            change.Training.Distillation = new DistillationOptions { Teacher = teacher };
        });
        var (task, source) = (new RankingTask(options.Goal), RankingTeacher.Of(options.Training)!);
        using var all = new RankingRows(data, options.Roles, task);
        var negatives = NegativeSource.Of(all, options, 1, () => { });
        float[] added = [];
        using var reader = new QueryReader(
            new RankingRows(data, options.Roles, task, source), isGrouped: true, new NumberCoder(), options.Goal, negatives, Teach);
        Assert.IsTrue(reader.MoveNext());
        Assert.IsGreaterThan(4, added.Length);
        CollectionAssert.AreEqual(added, reader.Label[(2 * PairRow.Documents)..].Where((_, index) => index % 2 == 1).ToArray());

        float[] Teach(string query, IReadOnlyList<string> documents)
        {
            added = source.OfTexts()(query, documents);
            CollectionAssert.AreEqual(added, Scores(ml, teacher, PairRow.Load(ml, documents.Select(text => new PairRow { Query = query, Document = text, Group = "q" }))));
            return added;
        }
    }

    private static float[] Scores(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.Data.CreateEnumerable<Scored>(model.Transform(data), reuseRowObject: false).Select(row => row.Score)];

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
