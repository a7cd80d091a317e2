using Lucene.Net.Analysis;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Lucene.Net's BM25 over documents in memory, with its English analyzer.</summary>
internal sealed class LuceneIndex : IDisposable
{
    private const string Id = "id";
    private const string Body = "body";
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;

    private readonly EnglishAnalyzer _analyzer = new(Version);
    private readonly RAMDirectory _directory = new();
    private readonly DirectoryReader _reader;
    private readonly IndexSearcher _searcher;

    public LuceneIndex(IReadOnlyList<string> documents)
    {
        using (var writer = new IndexWriter(_directory, new IndexWriterConfig(Version, _analyzer) { Similarity = new BM25Similarity() }))
        {
            for (var place = 0; place < documents.Count; place++)
            {
                writer.AddDocument([new StringField(Id, FormattableString.Invariant($"{place}"), Field.Store.YES), new TextField(Body, documents[place], Field.Store.NO)]);
            }
            writer.ForceMerge(1);
        }
        _reader = DirectoryReader.Open(_directory);
        _searcher = new IndexSearcher(_reader) { Similarity = new BM25Similarity() };
    }

    public IReadOnlyList<string> Search(string query, int top) =>
        [.. _searcher.Search(Parsed(query), top).ScoreDocs.Select(found => _searcher.Doc(found.Doc).Get(Id))];

    public void Dispose()
    {
        _reader.Dispose();
        _directory.Dispose();
        _analyzer.Dispose();
    }

    private BooleanQuery Parsed(string text)
    {
        var query = new BooleanQuery();
        using TokenStream tokens = _analyzer.GetTokenStream(Body, text);
        var term = tokens.AddAttribute<ICharTermAttribute>();
        tokens.Reset();
        while (tokens.IncrementToken())
        {
            query.Add(new TermQuery(new Term(Body, term.ToString())), Occur.SHOULD);
        }
        tokens.End();
        return query;
    }
}
