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
    private readonly ValueGetter<ReadOnlyMemory<char>>? _query;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _document;
    private readonly RowNumber? _taught;
    private readonly RankingRoles _roles;
    private ReadOnlyMemory<char> _queryText;
    private ReadOnlyMemory<char> _documentText;

    /// <param name="view">The rows.</param>
    /// <param name="roles">The columns.</param>
    /// <param name="task">Reads the label.</param>
    /// <param name="model">A trained model that scores the rows, too; null for none.</param>
    public RankingRows(IDataView view, RankingRoles roles, TaskKind task, RankingTeacher? model = null)
    {
        _roles = roles;
        var schema = view.Schema;
        var texts = RankingColumns.TextsOf(schema, roles);
        var label = schema.Find(roles.Label, "Label");
        task.CheckLabel(label);
        var numbers = RankingColumns.NumbersOf(schema, roles);
        var needed = new List<DataViewSchema.Column> { label, GroupReader.Find(schema, roles.Group) };
        needed.AddRange([.. texts, .. numbers]);
        if (roles.Teacher is { } teacher)
        {
            needed.Add(Teacher(schema, teacher));
        }
        if (model?.Open(view, needed) is { } scored)
        {
            (_cursor, _taught) = (scored.Cursor, ScalarReaders.Single(scored.Cursor, scored.Score));
        }
        else
        {
            _cursor = view.GetRowCursor(needed);
        }
        _group = GroupReader.Create(_cursor, roles.Group);
        _label = task.LabelReader(_cursor, label);
        _teacher = roles.Teacher is { } name ? ScalarReaders.Single(_cursor, Teacher(schema, name)) : null;
        _numbers = new RankingNumbers(_cursor, numbers, roles.Missing);
        if (texts is [var query, var document])
        {
            (_query, _document) = (_cursor.GetGetter<ReadOnlyMemory<char>>(query), _cursor.GetGetter<ReadOnlyMemory<char>>(document));
        }
    }

    /// <summary>The row's index in the view.</summary>
    public long Position => _cursor.Position;

    /// <summary>The number of rows skipped because their label is missing.</summary>
    public long Missing { get; private set; }

    /// <summary>The raw key of the row's query.</summary>
    public ulong Group { get; private set; }

    /// <summary>The relevance of the document.</summary>
    public float Label { get; private set; }

    /// <summary>The text of the query, empty where there is none; valid until the next row.</summary>
    public ReadOnlyMemory<char> Query
    {
        get
        {
            _query?.Invoke(ref _queryText);
            return _queryText;
        }
    }

    /// <summary>The text of the document, empty where there is none; valid until the next row.</summary>
    public ReadOnlyMemory<char> Document
    {
        get
        {
            _document?.Invoke(ref _documentText);
            return _documentText;
        }
    }

    /// <summary>The values of the number columns; valid until the next row.</summary>
    public float[] Numbers => _numbers.Read();

    /// <summary>The score of the trained model; 0 where there is none.</summary>
    public float Taught => _taught?.Invoke() ?? 0;

    /// <summary>The teacher's score; 0 where there is none.</summary>
    public float Teacher()
    {
        var score = _teacher?.Invoke() ?? 0;
        return float.IsFinite(score) ? score : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"Column '{_roles.Teacher}', row {Position}: the teacher's score is {score}; every row needs a finite one."));
    }

    public bool MoveNext()
    {
        while (_cursor.MoveNext())
        {
            Label = _label()[0];
            if (!float.IsNaN(Label))
            {
                Group = _group() is > 0 and var key ? key : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"Column '{_roles.Group}', row {Position}: the group is missing; every row needs one."));
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
