using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class ExampleSourceTests
{
    private const int Rows = 100;
    private const long Unlimited = long.MaxValue;

    // A row takes 4 bytes and its description; this budget holds a few.
    private const long Tight = 300;

    [TestMethod]
    [DataRow(Unlimited)]
    [DataRow(Tight)]
    public void Batches_HoldEveryRowOnce_InEveryEpoch(long budget)
    {
        var source = new ExampleSource(Read(budget));
        for (var epoch = 0; epoch < 3; epoch++)
        {
            CollectionAssert.AreEqual(Enumerable.Range(0, Rows).ToArray(), Labels(source, 7, new Random(epoch)).Order().ToArray());
        }
    }

    [TestMethod]
    [DataRow(Unlimited)]
    [DataRow(Tight)]
    public void TwoParts_ShareTheRows_InEveryEpochAlike(long budget)
    {
        var data = Read(budget);
        Assert.IsTrue(data.TryDivide(new EveryThird(), leastLearned: 66));
        var (train, held) = (new ExampleSource(data), new ExampleSource(data, RowPart.Validation));
        Assert.AreEqual((66L, 34L), (train.Rows, held.Rows));
        for (var epoch = 0; epoch < 2; epoch++)
        {
            Assert.IsTrue(Labels(train, 7, new Random(epoch)).All(label => label % 3 != 0));
            CollectionAssert.AreEqual(Enumerable.Range(0, Rows).Where(row => row % 3 == 0).ToArray(), Labels(held, 7, shuffle: null));
        }
    }

    [TestMethod]
    public void Shuffling_DependsOnTheSeedAlone()
    {
        var source = new ExampleSource(Read(Unlimited));
        CollectionAssert.AreEqual(Labels(source, 7, new Random(1)), Labels(source, 7, new Random(1)));
        CollectionAssert.AreNotEqual(Labels(source, 7, new Random(1)), Labels(source, 7, new Random(2)));
        CollectionAssert.AreEqual(Enumerable.Range(0, Rows).ToArray(), Labels(source, 7, shuffle: null));
    }

    [TestMethod]
    public void Batches_AreOfTheSizeAskedFor_ButTheLast()
    {
        var sizes = new ExampleSource(Read(Unlimited)).Batches(30, shuffle: null).Select(batch => batch.Rows.Count).ToArray();
        CollectionAssert.AreEqual(new[] { 30, 30, 30, 10 }, sizes);
    }

    [TestMethod]
    public void DataBeyondTheBudget_AreNotKept_AndTheStatisticsCoverAll()
    {
        var (small, large) = (Read(Tight), Read(Unlimited));
        Assert.AreEqual((false, true), (small.InMemory, large.InMemory));
        Assert.AreEqual((large.Labels.Rows, large.Labels.Mean), (small.Labels.Rows, small.Labels.Mean));
        CollectionAssert.AreEqual(large.Channels.Mean.ToArray(), small.Channels.Mean.ToArray());
    }

    [TestMethod]
    public void EveryRow_AsksWhetherTheRunGoesOn()
    {
        var asked = 0;
        Read(Unlimited, () => asked++);
        Assert.AreEqual(Rows, asked);
    }

    private static int[] Labels(ExampleSource source, int batchSize, Random? shuffle) =>
        [.. source.Batches(batchSize, shuffle).SelectMany(batch => batch.Rows.Select(row => (int)batch.Store.Label(row)[0]))];

    private static ExampleData Read(long budget, Action? checkAlive = null)
    {
        var definition = SchemaDefinition.Create(typeof(Example));
        definition["X"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        var view = new MLContext(1)
            .Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(row => new Example { X = [row], Y = row }), definition);
        var columns = new ExampleColumns(InputColumn.From(view.Schema, "X"), "Y", null, RegressionTask.Instance, MissingValues.Error);
        return ExampleData.Read(view, columns, budget, checkAlive ?? (() => { }));
    }

    private sealed class EveryThird : RowSplit
    {
        public override RowPart PartOf(long row, RowPlace place) => row % 3 == 0 ? RowPart.Validation : RowPart.Training;
    }

    private sealed class Example
    {
        public float[] X { get; set; } = [];

        public float Y { get; set; }
    }
}
