"""A web page as sites make them: an article, and what surrounds it."""

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Skerrow lamp is lit again | The Hallan Courier</title>
<meta property="og:site_name" content="The Hallan Courier">
<link rel="canonical" href="https://courier.example/2024/lamp">
<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Skerrow lamp is lit again",
 "author": [{"@type": "Person", "name": "Imogen Tarrant"}],
 "datePublished": "2024-05-01T09:30:00+01:00", "dateModified": "2024-05-02"}
</script>
<style>p { color: red }</style></head>
<body>
<header class="site-header"><nav class="menu"><ul>
<li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li>
<li><a href="/weather">Weather</a></li></ul></nav></header>
<div class="cookie-banner"><p>We use cookies to improve your experience. <button>Accept</button></p></div>
<main><article class="post">
<h1>Skerrow lamp is lit again</h1>
<p class="byline">By <a rel="author" href="/imogen">Imogen Tarrant</a></p>
<div class="share-buttons"><a href="#">Share on Facebook</a> <a href="#">Tweet this story</a></div>
<div class="article-body">
<p>The lamp on Skerrow Point was lit again on Tuesday evening, eleven years after the keepers left
the rock&nbsp;&mdash; and a day later than the Trust had hoped, as a gale kept the boats in port.</p>
<p>Two hundred people watched from the quay. &ldquo;I had not thought that I would see it,&rdquo; said
Josiah Penhale, whose great-grandfather built the tower in 1847.</p>
<h2>What it cost</h2>
<p>The village paid for the repair with money from jam, which the school's cooks have sold at the
market since 2016, and with a grant of the county that came in two parts.</p>
<table><thead><tr><th>Year</th><th>Raised</th></tr></thead>
<tbody><tr><td>2022</td><td>£14,000</td></tr><tr><td>2023</td><td>£21,500</td></tr></tbody></table>
<blockquote><p>The lens is the old one, cleaned with vinegar and newspaper by hand.</p></blockquote>
<ul><li>Height of the tower: 31 metres</li><li>Steps: 142</li></ul>
<p>Visitors will be taken up in groups of six from June, when the stairs have been mended and the
railing on the gallery has passed its inspection, the Trust's chairwoman said on Wednesday.</p>
</div></article>
<aside class="related"><h3>Related stories</h3><ul>
<li><a href="/1">Harbour dredging to begin in April after long delay</a></li>
<li><a href="/2">County names three new bus routes</a></li></ul></aside>
<section class="newsletter-signup"><p>Sign up for our morning newsletter and never miss a story.</p>
</section></main>
<section id="comments" class="comments"><h3>Comments</h3><div class="comment">
<p>Lovely to hear, my father was the last keeper but one and would have been so proud of it all.</p>
</div></section>
<footer class="footer"><p>© 2024 The Hallan Courier. All rights reserved.</p>
<p><a href="/contact">Contact us</a> <a href="/privacy">Privacy policy</a></p></footer>
<script>var tracked = "<p>never shown</p>";</script>
</body></html>
"""
