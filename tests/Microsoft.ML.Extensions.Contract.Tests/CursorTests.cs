using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The look-ahead cursor: values of other columns stay with their row.</summary>
[TestClass]
public sealed class CursorTests
{
    private const int Count = 300;

    [TestMethod, EveryTrainer]
    public void PassingColumns_OfEveryType_StayWithTheirRows(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var rows = trainer.Input.Rows(Count, 2);
        var read = Read(toy.Transform(rows));
        var scores = toy.Score(rows);
        Assert.HasCount(Count, read);
        for (var i = 0; i < Count; i++)
        {
            Assert.AreEqual((i, rows[i].Id, rows[i].Class, rows[i].Flag, rows[i].Number),
                (read[i].Position, read[i].Id, read[i].Class, read[i].Flag, read[i].Number));
            CollectionAssert.AreEqual(rows[i].Features, read[i].Features);
            CollectionAssert.AreEqual(rows[i].Words, read[i].Words);
            Assert.AreEqual(scores[i][0], read[i].Score);
        }
    }

    [TestMethod, EveryTrainer]
    public void KeysThatPass_StayWithTheirRows(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        using var toy = new FittedToy(trainer);
        var rows = trainer.Input.Rows(Count, 2);
        var data = toy.Load(rows);
        var withKeys = ml.Transforms.Conversion.MapValueToKey("Key", "Id").Append(ml.Transforms.Conversion.MapValueToKey("Keys", "Words"))
            .Fit(data).Transform(data);
        var back = ml.Transforms.Conversion.MapKeyToValue("Key").Append(ml.Transforms.Conversion.MapKeyToValue("Keys"))
            .Fit(toy.Model.Transform(withKeys)).Transform(toy.Model.Transform(withKeys));
        CollectionAssert.AreEqual(rows.Select(row => row.Id).ToArray(), back.GetColumn<string>("Key").ToArray());
        CollectionAssert.AreEqual(
            rows.Select(row => string.Join(' ', row.Words)).ToArray(), back.GetColumn<string[]>("Keys")
                .Select(words => string.Join(' ', words)).ToArray());
    }

    [TestMethod, EveryTrainer]
    public void ShuffledCursor_KeepsRowsTogether(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var rows = trainer.Input.Rows(Count, 2);
        var expected = rows.Zip(toy.Score(rows), (row, score) => (row.Id, score[0])).ToDictionary();
        var view = new MLContext(1).Data.Cache(toy.Load(rows));
        var read = Read(toy.Model.Transform(view), new Random(1));
        Assert.IsFalse(read.Select(row => row.Id).SequenceEqual(rows.Select(row => row.Id)), "the cursor did not shuffle");
        Assert.HasCount(Count, read.Select(row => row.Id).ToHashSet());
        foreach (var row in read)
        {
            Assert.AreEqual(expected[row.Id], row.Score, trainer.Tolerance);
        }
    }

    [TestMethod, EveryTrainer]
    public void CursorSet_CoversEveryRowOnce(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        using var toy = new FittedToy(trainer);
        var rows = trainer.Input.Rows(Count, 2);
        var expected = rows.Zip(toy.Score(rows), (row, score) => (row.Id, score[0])).ToDictionary();
        var view = toy.Model.Transform(ml.Data.Cache(toy.Load(rows)));
        var read = view.GetRowCursorSet(view.Schema, 4).SelectMany(cursor => Read(view, cursor)).ToArray();
        Assert.HasCount(Count, read);
        Assert.HasCount(Count, read.Select(row => row.Id).ToHashSet());
        Assert.IsTrue(Array.TrueForAll(read, row => Math.Abs(expected[row.Id] - row.Score) <= trainer.Tolerance));
    }

    [TestMethod, EveryTrainer]
    public void CursorWithoutScoreColumns_DoesNotScore(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var rows = trainer.Input.Rows(9, 2);
        rows[4].Features = [];
        var scored = toy.Transform(rows);
        Assert.HasCount(9, scored.GetColumn<string>("Id").ToArray());
        Assert.Throws<InvalidDataException>(() => trainer.Task.Scores(scored));
    }

    [TestMethod, EveryTrainer]
    public void RowIds_AreThoseOfTheInput(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var data = toy.Load(trainer.Input.Rows(Count, 2));
        CollectionAssert.AreEqual(Ids(data), Ids(toy.Model.Transform(data)));
    }

    [TestMethod, EveryTrainer]
    public void ColumnNotAskedFor_IsRefusedByName(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var view = toy.Transform(trainer.Input.Rows(3, 2));
        using var cursor = view.GetRowCursor([view.Schema["Score"]]);
        Assert.IsFalse(cursor.IsColumnActive(view.Schema["Id"]));
        var e = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Id"]));
        StringAssert.Contains(e.Message, "'Id'");
    }

    [TestMethod, EveryTrainer]
    public void GetterOfAnotherType_IsRefusedByColumn(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var view = toy.Transform(trainer.Input.Rows(3, 2));
        using var cursor = view.GetRowCursor([view.Schema["Score"], view.Schema["Id"]]);
        StringAssert.Contains(
            Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<long>(view.Schema["Score"])).Message, "'Score'");
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<long>(view.Schema["Id"])).Message, "'Id'");
    }

    private static List<ReadRow> Read(IDataView view, Random? shuffle = null) => [.. Read(view, view.GetRowCursor(view.Schema, shuffle))];

    private static List<ReadRow> Read(IDataView view, DataViewRowCursor cursor)
    {
        using var _ = cursor;
        var rows = new List<ReadRow>();
        var reader = new RowReader(cursor, view.Schema);
        while (cursor.MoveNext())
        {
            rows.Add(reader.Read());
        }
        return rows;
    }

    private static DataViewRowId[] Ids(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }
        return [.. ids];
    }
}
