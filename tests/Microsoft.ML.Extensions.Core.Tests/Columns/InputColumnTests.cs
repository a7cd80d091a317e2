using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class InputColumnTests
{
    [TestMethod]
    public void From_ReadsTheForm()
    {
        Assert.AreEqual(new InputColumn("X", InputKind.Sequence, 1, 5, 0), Column(new VectorDataViewType(NumberDataViewType.Single, 5)));
        Assert.AreEqual(new InputColumn("X", InputKind.Sequence, 3, 4, 0), Column(new VectorDataViewType(NumberDataViewType.Single, 4, 3)));
        Assert.AreEqual(new InputColumn("X", InputKind.Sequence, 3, 0, 0), Column(new VectorDataViewType(NumberDataViewType.Single, 0, 3)));
        Assert.AreEqual(
            new InputColumn("X", InputKind.Sequence, 24, 5, 0, new FrameShape(3, 4, 2)),
                Column(new VectorDataViewType(NumberDataViewType.Single, 5, 3, 4, 2)));
        Assert.AreEqual(
            new InputColumn("X", InputKind.Sequence, 24, 1, 0, new FrameShape(3, 4, 2)),
            Column(new VectorDataViewType(NumberDataViewType.Single, 3, 4, 2)) with { Dimensions = null });
        Assert.AreEqual(new InputColumn("X", InputKind.Tokens, 1, 0, 2), InputColumn.From(Rows.OfWords(["a", "b"]).Schema, "X"));
    }

    [TestMethod]
    public void Type_IsTheOneItWasReadFrom()
    {
        int[][] shapes = [[5], [0, 3], [4, 3], [0, 3, 4, 2], [4, 1], [0, 1], [1, 3, 4, 2], [3, 4, 2]];
        foreach (var type in shapes.Select(shape => new VectorDataViewType(NumberDataViewType.Single, shape)))
        {
            Assert.AreEqual(type, Column(type).Type);
            var saved = System.Text.Json.JsonSerializer.Serialize(Column(type), Microsoft.ML.Extensions.Persistence.ModelEntry.Json);
            Assert.AreEqual(type,
                System.Text.Json.JsonSerializer.Deserialize<InputColumn>(saved, Microsoft.ML.Extensions.Persistence.ModelEntry.Json)!.Type);
        }
        foreach (var raw in new[] { typeof(byte), typeof(ushort), typeof(uint), typeof(ulong) })
        {
            var type = new VectorDataViewType(new KeyDataViewType(raw, 7));
            var builder = new DataViewSchema.Builder();
            builder.AddColumn("X", type);
            Assert.AreEqual(type, InputColumn.From(builder.ToSchema(), "X").Type);
        }
        Assert.AreEqual(Rows.OfWords(["a", "b"]).Schema["X"].Type, InputColumn.From(Rows.OfWords(["a", "b"]).Schema, "X").Type);
    }

    [TestMethod]
    public void From_RefusesOtherTypes()
    {
        AssertRefused(Rows.OfTexts("a"), "String");
        AssertRefused(Rows.OfNumbers(1), "Single");
        AssertRefused(Rows.OfVectors(new VectorDataViewType(NumberDataViewType.Single, 1, 1, 1, 1, 1), [1]),
            "Vector<Single, 1, 1, 1, 1, 1>");
    }

    [TestMethod]
    public void From_RefusesTokensWhereNoneAreTaken()
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => InputColumn.From(Rows.OfWords(["a", "b"]).Schema, "X", takesTokens: false));
        StringAssert.Contains(e.Message, "Feature column 'X' must be");
        Assert.IsFalse(e.Message.Contains("keys", StringComparison.Ordinal));
    }

    [TestMethod]
    public void From_RefusesRowsOfUnequalLengthWhereNoneAreTaken()
    {
        var unequal = Rows.OfVectors(new VectorDataViewType(NumberDataViewType.Single, 0, 3)).Schema;
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => InputColumn.From(unequal, "X", takesUnequalRows: false));
        StringAssert.Contains(e.Message, "Feature column 'X' must be of a length that is the same in all rows");
    }

    [TestMethod]
    public void Bind_RefusesAnotherLengthWhereItIsFixed_AndOnlyThere()
    {
        var (schema, longer) = (Vectors(5), Vectors(6));
        var column = InputColumn.From(schema, "X", takesUnequalRows: false);
        Assert.IsTrue(column.IsFixed);
        column.Bind(schema);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => column.Bind(longer)).Message,
            "of 5 steps, as in training (in a class [VectorType(5)]), got 6 steps");
        InputColumn.From(schema, "X").Bind(longer);

        static DataViewSchema Vectors(int length) => Rows.OfVectors(new VectorDataViewType(NumberDataViewType.Single, length)).Schema;
    }

    [TestMethod]
    public void ColumnThatIsNotFixed_IsWrittenAsBeforeThereWereFixedOnes() =>
        Assert.IsFalse(System.Text.Json.JsonSerializer.Serialize(Column(new VectorDataViewType(NumberDataViewType.Single, 5)))
            .Contains("IsFixed", StringComparison.Ordinal));

    [TestMethod]
    public void Bind_RefusesImagesOfAnotherShape()
    {
        var column = Column(new VectorDataViewType(NumberDataViewType.Single, 0, 3, 4, 2));
        var turned = Rows.OfVectors(new VectorDataViewType(NumberDataViewType.Single, 0, 3, 2, 4)).Schema;
        var flat = Rows.OfVectors(new VectorDataViewType(NumberDataViewType.Single, 0, 24)).Schema;
        foreach (var schema in new[] { turned, flat })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => column.Bind(schema)).Message,
                "images of 3 x 4 x 2, as in training");
        }
    }

    private static void AssertRefused(IDataView data, string type)
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => InputColumn.From(data.Schema, "X"));
        StringAssert.Contains(e.Message, "Feature column 'X' must be");
        StringAssert.Contains(e.Message, $"got {type}");
    }

    private static InputColumn Column(VectorDataViewType type) => InputColumn.From(Rows.OfVectors(type).Schema, "X");
}
