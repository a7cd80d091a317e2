using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class InputReaderTests
{
    private const float Hole = float.NaN;

    private static readonly VectorDataViewType TwoChannels = new(NumberDataViewType.Single, 0, 2);

    [TestMethod]
    public void Read_GivesEachRowItsOwnLength()
    {
        var rows = Read(Rows.OfVectors(TwoChannels, [1, 2, 3, 4, 5, 6], [7, 8], [9, 10, 11, 12]), MissingValues.Error);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, rows[0]);
        CollectionAssert.AreEqual(new float[] { 7, 8 }, rows[1]);
        CollectionAssert.AreEqual(new float[] { 9, 10, 11, 12 }, rows[2]);
    }

    [TestMethod]
    public void ForwardFill_TakesTheChannelsLastValueBefore() =>
        CollectionAssert.AreEqual(new float[] { 1, 2, 1, 4, 5, 4 }, ReadOne(MissingValues.ForwardFill, 1, 2, Hole, 4, 5, Hole));

    [TestMethod]
    public void ForwardFill_AtTheStart_TakesTheFirstValueAfter() =>
        CollectionAssert.AreEqual(new float[] { 5, 4, 5, 4, 5, 6 }, ReadOne(MissingValues.ForwardFill, Hole, Hole, Hole, 4, 5, 6));

    [TestMethod]
    public void ForwardFill_OfAChannelWithoutValues_TakesZero() =>
        CollectionAssert.AreEqual(new float[] { 0, 1, 0, 2 }, ReadOne(MissingValues.ForwardFill, Hole, 1, Hole, 2));

    [TestMethod]
    public void Zero_ReplacesHolesAlone() =>
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 0 }, ReadOne(MissingValues.Zero, Hole, 1, 2, Hole));

    [TestMethod]
    public void Error_NamesColumnRowStepAndChannel()
    {
        var data = Rows.OfVectors(TwoChannels, [1, 2], [1, 2, 3, Hole]);
        var e = Assert.ThrowsExactly<InvalidDataException>(() => Read(data, MissingValues.Error));
        StringAssert.Contains(e.Message, "Column 'X', row 1: the value at step 1, channel 1 is missing (NaN)");
    }

    [TestMethod]
    [DataRow(MissingValues.Error)]
    [DataRow(MissingValues.Zero)]
    [DataRow(MissingValues.ForwardFill)]
    public void Infinity_IsRefusedInEveryMode(MissingValues missing)
    {
        var e = Assert.ThrowsExactly<InvalidDataException>(() => ReadOne(missing, 1, float.PositiveInfinity));
        StringAssert.Contains(e.Message, "step 0, channel 1 is infinite");
    }

    [TestMethod]
    public void ValueBeyondTheRange_IsRefusedWithTheRange_AndAMissingOneIsNot()
    {
        var range = InputRange.Around([0, 100], [1, 0.5f]);
        CollectionAssert.AreEqual(
            new float[] { 1e6f, -0.4e6f, 0, 0.5e6f }, ReadOne(MissingValues.Zero, range, 1e6f, -0.4e6f, Hole, 0.5e6f));
        var e = Assert.ThrowsExactly<InvalidDataException>(() => ReadOne(MissingValues.Zero, range, 1, 2, 3, -0.6e6f));
        StringAssert.Contains(e.Message, "Column 'X', row 0: the value at step 1, channel 1 is -600000, too far from the training values");
        StringAssert.Contains(e.Message, "allowed is -499900 to 500100");
        Assert.ThrowsExactly<InvalidDataException>(() => ReadOne(MissingValues.Zero, range, 1.1e6f, 2));
        Assert.ThrowsExactly<InvalidDataException>(() => ReadOne(MissingValues.Zero, InputRange.Around([float.NaN, 0], [1, 1]), 0, 0));
    }

    [TestMethod]
    public void RangesOfSeveralNetworks_AreNarrowedToWhatAllTake()
    {
        var both = InputRange.Around([0], [1]).And(InputRange.Around([1e6f], [1]));
        Assert.IsTrue(both.Holds(0, 1) && both.Holds(0, 1e6f));
        Assert.IsFalse(both.Holds(0, -1) || both.Holds(0, 1.1e6f));
        var mixed = InputRange.Around([0, 0], [1, 1], 2).First(1, InputRange.Around([0, 0], [1, 1], 5));
        Assert.IsTrue(mixed.Holds(0, 2) && mixed.Holds(1, 5));
        Assert.IsFalse(mixed.Holds(0, 3) || mixed.Holds(1, 6));
    }

    [TestMethod]
    public void Read_AllocatesNothingForARowOnceItsBufferIsLargeEnough()
    {
        var data = new MLContext(1).Data.Cache(Rows.OfVectors(TwoChannels, [.. Enumerable.Repeat<float[]>([1, 2, Hole, 4], 200)]));
        using var cursor = data.GetRowCursor([data.Schema["X"]]);
        var reader = InputReader.Create(cursor, data.Schema["X"], InputColumn.From(data.Schema, "X"), MissingValues.ForwardFill);
        for (var warm = 0; warm < 100; warm++)
        {
            cursor.MoveNext();
            reader.Read();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (cursor.MoveNext())
        {
            reader.Read();
        }
        // The smallest object is 24 bytes, so 100 rows that allocated anything would show; ML.NET's cursor makes a few objects in all.
        Assert.IsLessThan(100 * 24L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void SparseRow_IsReadWithItsZeros()
    {
        var ml = new MLContext(1);
        var data = Rows.OfTexts("b", "a b c");
        var hashed = ml.Transforms.Text.ProduceWordBags("Bag", "X").Fit(data).Transform(data);
        var column = InputColumn.From(hashed.Schema, "Bag");
        using var cursor = hashed.Open();
        var reader = InputReader.Create(cursor, hashed.Schema["Bag"], column, MissingValues.Error);
        cursor.MoveNext();
        var values = reader.Read().ToArray();
        Assert.HasCount(column.Steps, values);
        Assert.IsTrue(values.Contains(0) && values.Contains(1));
    }

    [TestMethod]
    public void Tokens_AreRawKeys_AndZeroWhereTheKeyIsMissing()
    {
        var ml = new MLContext(1);
        var known = Rows.OfWords(["a", "b"], ["c"]);
        var mapping = ml.Transforms.Conversion.MapKeyToValue("Text", "X").Append(ml.Transforms.Conversion.MapValueToKey("Key", "Text"))
            .Fit(known);
        var rows = Read(mapping.Transform(known), MissingValues.Error, "Key");
        CollectionAssert.AreEqual(new float[] { 1, 2 }, rows[0]);
        CollectionAssert.AreEqual(new float[] { 3 }, rows[1]);
        var e = Assert.ThrowsExactly<InvalidDataException>(() => Read(Rows.OfWords(["a"], []), MissingValues.Error));
        StringAssert.Contains(e.Message, "row 1: the sequence is empty");
    }

    [TestMethod]
    public void KeyBeyondTheCountOfItsType_IsRefusedByRow()
    {
        var data = new MLContext(1)
            .Data.LoadFromEnumerable([new KeysRow { X = [1, 3] }, new KeysRow { X = [4] }, new KeysRow { X = [uint.MaxValue] }]);
        CollectionAssert.AreEqual(new float[] { 1, 3 }, Read(new MLContext(1).Data.TakeRows(data, 1), MissingValues.Error)[0]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Read(data, MissingValues.Error)).Message,
            "row 1: the key 4 is not one of the column's 1 to 3");
    }

    private sealed class KeysRow
    {
        [KeyType(3)]
        public uint[] X { get; set; } = [];
    }

    private static float[] ReadOne(MissingValues missing, params float[] values) => ReadOne(missing, null, values);

    private static float[] ReadOne(MissingValues missing, InputRange? range, params float[] values) =>
        Read(Rows.OfVectors(TwoChannels, values), missing, range: range).Single();

    private static List<float[]> Read(IDataView data, MissingValues missing, string name = Rows.Name, InputRange? range = null)
    {
        using var cursor = data.Open();
        var reader = InputReader.Create(cursor, data.Schema[name], InputColumn.From(data.Schema, name), missing, range);
        var rows = new List<float[]>();
        while (cursor.MoveNext())
        {
            rows.Add(reader.Read().ToArray());
        }
        return rows;
    }
}
