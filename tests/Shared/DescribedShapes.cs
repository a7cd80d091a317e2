using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>Images of two shapes, made and described by a grammar: "a red square left of a blue circle".</summary>
/// <remarks>
/// Three colours and three shapes make nine things; two of them stand side by side or above each other: 162 different sentences.
/// </remarks>
public static class DescribedShapes
{
    public const int Side = 16;

    private const int Size = 5;

    private static readonly string[] Colors = ["red", "green", "blue"];
    private static readonly string[] Shapes = ["square", "circle", "cross"];

    /// <summary>Images as features, sentences as labels.</summary>
    public static SequenceRow[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Row(random))];
    }

    /// <summary>A view in which Features is <c>[3, 16, 16]</c> and Label the sentence.</summary>
    public static IDataView ToDataView(MLContext ml, IEnumerable<SequenceRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(SequenceRow));
        schema[nameof(SequenceRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, Side, Side);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private static SequenceRow Row(Random random)
    {
        var sideBySide = random.Next(2) == 0;
        var image = new float[3 * Side * Side];
        var (near, far) = (random.Next(0, 3), random.Next(8, Side - Size + 1));
        var (across, acrossToo) = (random.Next(Side - Size + 1), random.Next(Side - Size + 1));
        var first = sideBySide ? Draw(image, random, near, across) : Draw(image, random, across, near);
        var second = sideBySide ? Draw(image, random, far, acrossToo) : Draw(image, random, acrossToo, far);
        return new SequenceRow { Features = image, Label = $"a {first} {(sideBySide ? "left of" : "above")} a {second}" };
    }

    private static string Draw(float[] image, Random random, int left, int top)
    {
        var (color, shape) = (random.Next(Colors.Length), random.Next(Shapes.Length));
        for (var i = 0; i < Size * Size; i++)
        {
            var (x, y) = (i % Size, i / Size);
            if (IsInside(shape, x - (Size / 2), y - (Size / 2)))
            {
                image[(((color * Side) + top + y) * Side) + left + x] = 1;
            }
        }
        return $"{Colors[color]} {Shapes[shape]}";
    }

    private static bool IsInside(int shape, int x, int y) => shape switch
    {
        0 => true,
        1 => (x * x) + (y * y) <= 5,
        _ => x == y || x == -y,
    };
}
