using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Numbers the groups of an id column from 0, in the order in which they first appear.</summary>
internal abstract class GroupNumbers
{
    private const string Ids = "a key, text, whole number, Boolean or time";

    private int _current = -1;

    public static DataViewSchema.Column FindId(DataViewSchema schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return IsId(column.Type) ? column : throw SchemaColumns.WrongType(name, role, Ids, column.Type.ToString()!);
    }

    public static SchemaShape.Column FindId(SchemaShape schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Kind == VectorKind.Scalar && IsId(column.ItemType)
            ? column
            : throw SchemaColumns.WrongType(name, role, Ids, column.Describe());
    }

    public static GroupNumbers Create(DataViewRow input, DataViewSchema.Column id) =>
        (GroupNumbers)Activator.CreateInstance(typeof(Numbers<>).MakeGenericType(id.Type.RawType), input, id)!;

    /// <summary>The number of the current row's group.</summary>
    /// <exception cref="InvalidOperationException">The row has the missing key, or empty text.</exception>
    public abstract int Read();

    /// <summary>The group's id, for messages.</summary>
    public abstract string Describe(int number);

    /// <summary>Whether the current row is the first of its group, in data where the rows of a group are consecutive.</summary>
    /// <exception cref="InvalidOperationException">The group's rows are not consecutive.</exception>
    public bool StartsGroup(string remedy)
    {
        var number = Read();
        if (number == _current)
        {
            return false;
        }
        if (number != _current + 1)
        {
            throw new InvalidOperationException($"The rows of group {Describe(number)} are not consecutive; {remedy}.");
        }
        _current = number;
        return true;
    }

    private static bool IsId(DataViewType type) =>
        type is PrimitiveDataViewType && type != NumberDataViewType.Single && type != NumberDataViewType.Double;

    private sealed class Numbers<T>(DataViewRow input, DataViewSchema.Column id) : GroupNumbers
        where T : notnull
    {
        private readonly ValueGetter<T> _getter = input.GetGetter<T>(id);
        private readonly Dictionary<T, int> _numbers = new(ValueComparer<T>.Instance);
        // In ML.NET a missing text is empty, and a missing key is the default of a key.
        private readonly bool _hasMissing = id.Type is KeyDataViewType or TextDataViewType;
        private T _value = default!;

        public override int Read()
        {
            _getter(ref _value);
            if (_hasMissing && ValueComparer<T>.Instance.Equals(_value, default))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row {input.Position} has no value in column '{id.Name}', which identifies groups; "
                    + $"leave out such rows or give them an id."));
            }
            if (!_numbers.TryGetValue(_value, out var number))
            {
                number = _numbers.Count;
                _numbers.Add(_value, number);
            }
            return number;
        }

        public override string Describe(int number) => $"'{_numbers.First(pair => pair.Value == number).Key}' of column '{id.Name}'";
    }
}
