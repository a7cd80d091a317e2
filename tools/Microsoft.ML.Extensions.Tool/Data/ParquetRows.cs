using System.Globalization;
using Microsoft.ML.Extensions.Samples;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The rows of a Parquet file. Lists, maps, structures and bytes are refused by name.</summary>
internal sealed class ParquetRows : RowReader
{
    // A few bytes can claim billions of rows; writers make groups of about a million.
    private const long LargestGroup = 1 << 26;

    private readonly string _path;
    private readonly ParquetReader _reader;
    private readonly DataField[] _fields;
    private readonly Func<int, string>[] _cells;
    private int _group = -1;
    private int _row = -1;
    private int _rows;
    private int _line;

    /// <summary>Opens a file and reads its schema.</summary>
    /// <exception cref="UsageException">It is no such file, or has a column that is not read.</exception>
    public ParquetRows(string path)
    {
        _path = path;
        using (TextFile.Open(path))
        {
            // Only its errors are wanted: no file, a folder, an empty file.
        }
        _reader = Read(() => ParquetReader.CreateAsync(path).GetAwaiter().GetResult());
        try
        {
            _fields = [.. Read(() => _reader.Schema.Fields).Select(Readable)];
            _cells = new Func<int, string>[_fields.Length];
            Names = [.. _fields.Select(field => field.Name)];
            ColumnNames.Different([.. Names], path);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyList<string> Names { get; }

    /// <summary>The number of the current row, from 1: the file has no lines.</summary>
    public override int Line => _line;

    public override bool Read()
    {
        while (_row + 1 >= _rows)
        {
            if (_group + 1 >= _reader.RowGroupCount)
            {
                return false;
            }
            Load(++_group);
        }
        _row++;
        _line++;
        return true;
    }

    public override ReadOnlySpan<char> Cell(int column) => _cells[column](_row);

    public override bool? SaysText(int column) => IsText(_fields[column].ClrType) || _fields[column].ClrType == typeof(bool) ? true
        : IsDate(_fields[column].ClrType) ? null : false;

    public override void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Load(int index)
    {
        using var group = _reader.OpenRowGroupReader(index);
        if (group.RowCount is < 0 or > LargestGroup)
        {
            throw new UsageException($"{_path}: row group {index + 1} has {group.RowCount} rows, allowed are {LargestGroup}; write the file in smaller groups.");
        }
        (_row, _rows) = (-1, (int)group.RowCount);
        for (var column = 0; column < _fields.Length; column++)
        {
            var field = _fields[column];
            _cells[column] = Read(() => Cells(group, field));
        }
    }

    private DataField Readable(Field field) => field is DataField { IsArray: false } data && data.MaxRepetitionLevel == 0 && IsRead(data.ClrType) ? data
        : throw new UsageException($"{_path}: column '{field.Name}' is {(field is DataField other && !other.IsArray ? $"of {(other.ClrType == typeof(ReadOnlyMemory<byte>) ? "bytes" : $"type {other.ClrType.Name}")}" : "nested")}; "
            + "allowed are columns of numbers, Booleans, texts and dates. Write the file without it.");

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(ReadOnlyMemory<char>);

    private static bool IsDate(Type type) => type == typeof(DateTime) || type == typeof(DateOnly);

    private static bool IsRead(Type type) => IsText(type) || IsDate(type) || type == typeof(bool) || type == typeof(decimal)
        || type == typeof(float) || type == typeof(double) || type == typeof(sbyte) || type == typeof(byte) || type == typeof(short) || type == typeof(ushort)
        || type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong);

    private static Func<int, string> Cells(ParquetRowGroupReader group, DataField field)
    {
        if (IsText(field.ClrType))
        {
            var texts = new string?[group.RowCount];
            Wait(group.ReadAsync(field, texts.AsMemory()));
            return row => texts[row] ?? "";
        }
        return Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Boolean => Of<bool>(group, field, value => value ? "true" : "false"),
            TypeCode.Single => Of<float>(group, field, value => value.ToString("R", CultureInfo.InvariantCulture)),
            TypeCode.Double => Of<double>(group, field, value => value.ToString("R", CultureInfo.InvariantCulture)),
            TypeCode.Decimal => Of<decimal>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.DateTime => Of<DateTime>(group, field, value => value.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            TypeCode.SByte => Of<sbyte>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.Byte => Of<byte>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.Int16 => Of<short>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.UInt16 => Of<ushort>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.Int32 => Of<int>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.UInt32 => Of<uint>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.Int64 => Of<long>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.UInt64 => Of<ulong>(group, field, value => value.ToString(CultureInfo.InvariantCulture)),
            _ => Of<DateOnly>(group, field, value => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        };
    }

    private static Func<int, string> Of<T>(ParquetRowGroupReader group, DataField field, Func<T, string> text) where T : struct
    {
        if (!field.IsNullable)
        {
            var values = new T[group.RowCount];
            Wait(group.ReadAsync<T>(field, values.AsMemory()));
            return row => text(values[row]);
        }
        var cells = new T?[group.RowCount];
        Wait(group.ReadAsync<T>(field, cells.AsMemory()));
        return row => cells[row] is { } value ? text(value) : "";
    }

    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    // A damaged file ends in whatever its bytes lead to.
    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (UsageException or OutOfMemoryException))
        {
            throw new UsageException($"{_path} is damaged, or no Parquet file: {ErrorLine.Reason(error)}");
        }
    }
}
