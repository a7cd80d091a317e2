using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the labelled rows of a ranking.</summary>
internal sealed class RankingRows : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly RowGroup _group;
    private readonly RowLabel _label;
    private readonly RowNumber? _teacher;
    private readonly RankingNumbers _numbers;
    private readonly ValueGetter<ReadOnlyMemory<char>> _query;
    private readonly ValueGetter<ReadOnlyMemory<char>> _document;
    private readonly NeuralRankingOptions _options;
    private ReadOnlyMemory<char> _queryText;
    private ReadOnlyMemory<char> _documentText;

    public RankingRows(IDataView view, NeuralRankingOptions options, TaskKind task)
    {
        _options = options;
        var schema = view.Schema;
        var (query, document) = (RankingColumns.Text(schema, options.QueryColumnName, "Query"),
            RankingColumns.Text(schema, options.FeatureColumnName, "Document"));
        var label = schema.Find(options.LabelColumnName, "Label");
        task.CheckLabel(label);
        var numbers = RankingColumns.NumbersOf(schema, options);
        var needed = new List<DataViewSchema.Column> { query, document, label, GroupReader.Find(schema, options.GroupColumnName!) };
        needed.AddRange(numbers);
        if (options.TeacherColumnName is { } teacher)
        {
            needed.Add(Teacher(schema, teacher));
        }
        _cursor = view.GetRowCursor(needed);
        _group = GroupReader.Create(_cursor, options.GroupColumnName!);
        _label = task.LabelReader(_cursor, label);
        _teacher = options.TeacherColumnName is { } name ? ScalarReaders.Single(_cursor, Teacher(schema, name)) : null;
        _numbers = new RankingNumbers(_cursor, numbers, options.MissingValues);
        _query = _cursor.GetGetter<ReadOnlyMemory<char>>(query);
        _document = _cursor.GetGetter<ReadOnlyMemory<char>>(document);
    }

    /// <summary>The row's index in the view.</summary>
    public long Position => _cursor.Position;

    /// <summary>The number of rows skipped because their label is missing.</summary>
    public long Missing { get; private set; }

    /// <summary>The raw key of the row's query.</summary>
    public ulong Group { get; private set; }

    /// <summary>The relevance of the document.</summary>
    public float Label { get; private set; }

    /// <summary>The text of the query; valid until the next row.</summary>
    public ReadOnlyMemory<char> Query
    {
        get
        {
            _query(ref _queryText);
            return _queryText;
        }
    }

    /// <summary>The text of the document; valid until the next row.</summary>
    public ReadOnlyMemory<char> Document
    {
        get
        {
            _document(ref _documentText);
            return _documentText;
        }
    }

    /// <summary>The values of the number columns; valid until the next row.</summary>
    public float[] Numbers => _numbers.Read();

    /// <summary>The teacher's score; 0 where there is none.</summary>
    public float Teacher()
    {
        var score = _teacher?.Invoke() ?? 0;
        return float.IsFinite(score) ? score : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"Column '{_options.TeacherColumnName}', row {Position}: the teacher's score is {score}; every row needs a finite one."));
    }

    public bool MoveNext()
    {
        while (_cursor.MoveNext())
        {
            Label = _label()[0];
            if (!float.IsNaN(Label))
            {
                Group = _group() is > 0 and var key ? key : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"Column '{_options.GroupColumnName}', row {Position}: the group is missing; every row needs one."));
                return true;
            }
            Missing++;
        }
        return false;
    }

    public void Dispose() => _cursor.Dispose();

    private static DataViewSchema.Column Teacher(DataViewSchema schema, string name)
    {
        var column = schema.Find(name, "Teacher");
        return column.Type == NumberDataViewType.Single ? column
            : throw SchemaColumns.WrongType(name, "Teacher", "a Single", column.Type.ToString()!);
    }
}
