using System.ComponentModel.DataAnnotations;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a model reads of a sentence: terms of a vocabulary, or a vector.</summary>
/// <param name="Values">The numbers of a vector; 0 for terms.</param>
/// <param name="Terms">The vocabulary; null for vectors.</param>
internal sealed record TextFormat([property: Range(0, SizeLimits.MaxValues)] int Values, TermVocabularyContent? Terms) : ICheckedOptions
{
    private const string Allowed = "a text, or a vector of Single of known size";

    /// <summary>Checks a promised column, before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static void Check(SchemaShape schema, string name)
    {
        var column = schema.Find(name, "Text");
        if (!IsPromised(column))
        {
            throw SchemaColumns.WrongType(name, "Text", Allowed, column.Describe());
        }
    }

    /// <summary>Whether a promised column is a text or a vector of Single.</summary>
    public static bool IsPromised(SchemaShape.Column column) => !column.IsKey && (column.Kind == SchemaShape.Column.VectorKind.Scalar
        ? column.ItemType == TextDataViewType.Instance
        : column.Kind == SchemaShape.Column.VectorKind.Vector && column.ItemType == NumberDataViewType.Single);

    /// <summary>The numbers of a column's vectors; 0 for texts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static int ValuesOf(DataViewSchema schema, string name)
    {
        var type = schema.Find(name, "Text").Type;
        return type is TextDataViewType ? 0
            : type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single ? vector.Size
            : throw SchemaColumns.WrongType(name, "Text", Allowed, type.ToString()!);
    }

    /// <summary>Finds the column in data to be scored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not what the model was trained on.</exception>
    public DataViewSchema.Column Bind(DataViewSchema schema, string name)
    {
        var column = schema.Find(name, "Text");
        return ValuesOf(schema, name) == Values ? column
            : throw SchemaColumns.WrongType(name, "Text",
                Values == 0 ? "a text, as in training" : $"a vector of {Values} Single, as in training", column.Type.ToString()!);
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Values == 0 == Terms is null)
        {
            yield return "A sentence is either of terms or a vector.";
        }
    }
}
